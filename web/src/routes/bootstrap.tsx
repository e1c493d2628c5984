import { Anchor } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { postAuth } from '../api/auth-client.ts';
import { api, type ProblemError, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { NewPasswordField } from '../features/account/new-password-field.tsx';
import { t } from '../locales/messages.ts';
import { CardForm } from '../ui/card-form.tsx';
import { CardPage } from '../ui/card-page.tsx';
import { RequiredTextInput } from '../ui/required-input.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';

/** The first start: the link from the terminal creates the first admin and the first organization. */
export default function BootstrapPage() {
  const { token } = useParams({ strict: false }) as { token: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const params = { path: { token } };
  const tokenQuery = useQuery({
    queryKey: ['bootstrap', token],
    queryFn: () => unwrapResponse(api.GET('/api/bootstrap/{token}', { params })).then(() => true),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const form = useForm({ initialValues: { name: '', email: '', instance: '', password: '' } });
  const create = useMutation<{ slug: string }, ProblemError, typeof form.values>({
    mutationFn: async (body) => {
      const created = await unwrapResponse(api.POST('/api/bootstrap/{token}', { params, body }));
      await postAuth('sign-in/email', { email: body.email, password: body.password });
      return created;
    },
    onSuccess: ({ slug }) => {
      client.clear();
      void navigate({ to: '/$slug/apps/email', params: { slug } });
    },
  });
  if (tokenQuery.isPending) return <LoadingState />;
  if (hasFailed(tokenQuery)) {
    const { status, message, detail } = tokenQuery.error as ProblemError;
    if (status !== 404)
      return <ErrorState error={tokenQuery.error} retry={() => void tokenQuery.refetch()} />;
    return (
      <CardPage title={message} text={detail}>
        <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/sign-in" />}>
          {t('signIn.submit')}
        </Anchor>
      </CardPage>
    );
  }
  return (
    <CardPage title={t('account.firstRun.title')} text={t('account.firstRun.text')}>
      <CardForm
        onSubmit={() => create.mutate(form.values)}
        problem={create.error}
        submitLabel={t('account.firstRun.create')}
        isPending={create.isPending}
      >
        <RequiredTextInput
          label={t('account.firstRun.name')}
          autoComplete="name"
          {...form.getInputProps('name')}
        />
        <RequiredTextInput
          label={t('account.firstRun.email')}
          type="email"
          autoComplete="username"
          {...form.getInputProps('email')}
        />
        <NewPasswordField
          value={form.values.password}
          onChange={(value) => form.setFieldValue('password', value)}
        />
        <RequiredTextInput
          label={t('account.firstRun.organization')}
          description={t('account.firstRun.organizationHelp')}
          autoComplete="organization"
          maxLength={60}
          {...form.getInputProps('instance')}
        />
      </CardForm>
    </CardPage>
  );
}
