import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { signIn } from '../../shared/api/session.ts';
import { lengthOf } from '../../shared/i18n/length.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { useSharedText } from '../../shared/messages/shared.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate, useLocation } from '../../shared/router/location.ts';
import { Field } from '../../shared/ui/field.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ticketPaths } from '../paths.ts';
import { isEmail, isPassword, nextPath } from './credentials.ts';
import { SiteData } from './site-data.tsx';

type Form = { readonly name: string; readonly email: string; readonly password: string };

const NAME_LENGTH_MAX = 100;

export function SignUpPage() {
  const text = useSharedText();
  return (
    <div className="main-narrow stack form-page">
      <PageHeading title={text('signUp')} />
      <SiteData>
        <SignUpForm />
      </SiteData>
    </div>
  );
}

function SignUpForm() {
  const text = useSharedText();
  const { query } = useLocation();
  const language = useLanguage();
  const [form, setForm] = useState<Form>({ name: '', email: '', password: '' });
  const [isChecked, setChecked] = useState(false);
  const submission = useMutation({
    async mutationFn({ name, email, password }: Form) {
      const body = { name: name.trim(), email: email.trim(), password, language };
      await call('signUp', { body });
      await signIn({ email: email.trim(), password });
    },
    onSuccess: () => navigate(nextPath(query), { replace: true }),
  });
  const nameFault = (name: string) => {
    if (name === '') return text('nameMissing');
    return lengthOf(name) > NAME_LENGTH_MAX ? text('tooLong', { count: NAME_LENGTH_MAX }) : undefined;
  };
  const errors = {
    name: nameFault(form.name.trim()),
    email: isEmail(form.email.trim()) ? undefined : text('emailInvalid'),
    password: isPassword(form.password) ? undefined : text('passwordLength'),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.values(errors).every((error) => error === undefined)) submission.mutate(form);
  };
  const field = (name: keyof Form) => ({
    name,
    value: form[name],
    required: true,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setForm({ ...form, [name]: target.value }),
    error: isChecked ? errors[name] : undefined,
  });
  return (
    <>
      <form className="card form" onSubmit={submit} noValidate>
        <Field label={text('name')} autoComplete="name" {...field('name')} />
        <Field label={text('email')} type="email" autoComplete="username" {...field('email')} />
        <Field
          label={text('password')}
          hint={text('passwordHint')}
          type="password"
          autoComplete="new-password"
          {...field('password')}
        />
        {submission.isError && <ProblemNotice error={submission.error} />}
        <button className="button button-large" type="submit" disabled={submission.isPending}>
          {text('signUp')}
        </button>
      </form>
      <p className="row">
        <span className="quiet">{text('haveAccount')}</span>
        <Link to={`${ticketPaths.signIn}?${query.toString()}`}>{text('signIn')}</Link>
      </p>
    </>
  );
}
