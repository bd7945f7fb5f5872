import { NewPassword } from '../../../kernel/identity/new-password.tsx'
import { sessionToken } from '../../../kernel/identity/session-cookie.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { ownAccount } from './guard.ts'
import { errorsOf, waysPath } from './pages-confirm.ts'
import { changePassword } from './password.ts'

/** Asks for a new password. */
export const offerPassword = (visit: Visit): Promise<Answer> => passwordPage(visit, {})

/** Takes it; nothing typed is shown again. */
export async function changeOwnPassword(visit: Visit): Promise<Answer> {
  const keep = sessionToken(visit.request, visit.platform.config)
  const password = String(visit.form.values.password ?? '')
  try {
    await visit.perform(changePassword, { password, ...(keep && { keep }) })
  } catch (error) {
    return { ...(await passwordPage(visit, errorsOf(error, 'password'))), status: 422 }
  }
  return {
    to: waysPath,
    flash: {
      zh: '已更改密碼，其他裝置上的登入已結束。',
      en: 'The password was changed, and your sessions elsewhere have ended.',
    },
  }
}

async function passwordPage(visit: Visit, errors: Errors) {
  const { view, platform } = visit
  const title = view.t('更改密碼', 'Change the password')
  const account = await visit.read('account', ownAccount)
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <Form view={view} action={`${waysPath}/password`} leaves>
          <NewPassword view={view} city={platform.city} account={account} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('更改密碼', 'Change the password')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}
