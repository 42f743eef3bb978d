import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signIn } from '../../shared/api/session.ts';
import { useSharedText } from '../../shared/messages/shared.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate, useLocation } from '../../shared/router/location.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ticketPaths } from '../paths.ts';
import { isEmail, isPassword, nextPath } from './credentials.ts';
import { SiteData } from './site-data.tsx';

export function SignInPage() {
  const text = useSharedText();
  return (
    <div className="main-narrow stack form-page">
      <PageHeading title={text('signIn')} />
      <SiteData>
        <SignInForm />
      </SiteData>
    </div>
  );
}

function SignInForm() {
  const text = useSharedText();
  const { query } = useLocation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isChecked, setChecked] = useState(false);
  const submission = useMutation({
    mutationFn: () => signIn({ email: email.trim(), password }),
    onSuccess: () => navigate(nextPath(query), { replace: true }),
  });
  const isGood = isEmail(email.trim()) && isPassword(password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isGood) submission.mutate();
  };
  return (
    <>
      {query.has('next') && !submission.isError && (
        <Notice>
          <p>{text('signInFirst')}</p>
        </Notice>
      )}
      <form className="card form" onSubmit={submit} noValidate>
        <Field
          label={text('email')}
          type="email"
          autoComplete="username"
          inputMode="email"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          error={isChecked && !isEmail(email.trim()) ? text('emailInvalid') : undefined}
        />
        <Field
          label={text('password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          error={isChecked && !isPassword(password) ? text('passwordLength') : undefined}
        />
        {submission.isError && <ProblemNotice error={submission.error} />}
        <button className="button button-large" type="submit" disabled={submission.isPending}>
          {text('signIn')}
        </button>
      </form>
      <p className="row">
        <span className="quiet">{text('noAccountYet')}</span>
        <Link to={`${ticketPaths.signUp}?${query.toString()}`}>{text('signUp')}</Link>
      </p>
    </>
  );
}
