import { Refused } from '../../../core/errors.ts'
import { perform } from '../../../core/operation.ts'
import { NewPassword } from '../../../kernel/identity/new-password.tsx'
import { renewPassword } from '../../../systems/citizen-account/methods/password.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { door, type Underway } from './sign-in.tsx'
import { allowRedirect } from './sign-in-page.tsx'

/** The step of a sign-in whose password is too old: a new one, then on to where it was going. */
export function expiredPage(visit: Visit, here: Underway, errors: Errors = {}): Answer {
  const { view, platform } = visit
  const title = view.t('密碼過期，請更換', 'Your password has expired')
  allowRedirect(visit, here)
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p class="lead">
        {view.t('換好後會繼續登入。', 'Choose a new one; your sign-in then goes on.')}
      </p>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={`/sign-in/${here.interaction.uid}/new-password`} leaves>
        <NewPassword view={view} city={platform.city} account={here.account!} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('更換並繼續', 'Replace and go on')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Takes the new password. */
export async function takeExpired(visit: Visit, here: Underway): Promise<Answer> {
  const { uid } = here.interaction
  const password = String(visit.form.values.password ?? '')
  try {
    await perform(visit.platform, renewPassword, door, { attempt: uid, password })
  } catch (error) {
    if (error instanceof Refused && error.fields.password)
      return expiredPage(visit, here, error.fields)
    throw error
  }
  return { to: `/sign-in/${uid}` }
}
