import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { signIn } from '../../shared/api/session.ts';
import { useSharedText } from '../../shared/messages/shared.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate, useLocation } from '../../shared/router/location.ts';
import { Field } from '../../shared/ui/field.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ticketPaths } from '../paths.ts';
import { isEmail, nextPath, PASSWORD_LENGTH_MIN } from './credentials.ts';

type Form = { readonly name: string; readonly email: string; readonly password: string };

export function SignUpPage() {
  const text = useSharedText();
  const { query } = useLocation();
  const [form, setForm] = useState<Form>({ name: '', email: '', password: '' });
  const [isChecked, setChecked] = useState(false);
  const submission = useMutation({
    async mutationFn({ name, email, password }: Form) {
      await call('signUp', { body: { name: name.trim(), email: email.trim(), password } });
      await signIn({ email: email.trim(), password });
    },
    onSuccess: () => navigate(nextPath(query), { replace: true }),
  });
  const errors = {
    name: form.name.trim() === '' ? text('nameMissing') : undefined,
    email: isEmail(form.email.trim()) ? undefined : text('emailInvalid'),
    password: form.password.length < PASSWORD_LENGTH_MIN ? text('passwordTooShort') : undefined,
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
    <div className="main-narrow stack form-page">
      <PageHeading title={text('signUp')} />
      <form className="card form" onSubmit={submit} noValidate>
        <Field label={text('name')} autoComplete="name" maxLength={100} {...field('name')} />
        <Field label={text('email')} type="email" autoComplete="username" {...field('email')} />
        <Field
          label={text('password')}
          hint={text('passwordHint')}
          type="password"
          autoComplete="new-password"
          maxLength={128}
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
    </div>
  );
}
