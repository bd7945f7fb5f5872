import { pick } from '../../../core/i18n.ts'
import { passkeyOptions } from '../../../kernel/identity/passkeys.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { PasskeyHelp } from '../../../web/components/passkey.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { ownAccount, ownCredentials } from './guard.ts'
import { labelQuestion } from './list.tsx'
import { errorsOf, waysPath } from './pages-confirm.ts'
import { addPasskey } from './passkeys.ts'
import { sealPending } from './pending.ts'

const questions: ObjectSchema = { properties: { label: labelQuestion } }

/** Asks the browser for a new key. */
export const offerPasskey = (visit: Visit): Promise<Answer> => passkeyPage(visit, {}, {})

/** Takes the key that the browser made. */
export async function takePasskey(visit: Visit): Promise<Answer> {
  const { form } = visit
  const label = form.get('label')
  const given = { pending: form.get('pending'), answer: form.get('answer'), label }
  try {
    await visit.perform(addPasskey, given)
  } catch (error) {
    return { ...(await passkeyPage(visit, { label }, errorsOf(error, 'label'))), status: 422 }
  }
  return { to: waysPath, flash: { zh: '已新增通行密鑰。', en: 'The passkey was added.' } }
}

async function passkeyPage(visit: Visit, values: Values, errors: Errors) {
  const { view, platform, actor } = visit
  const { config } = platform
  const title = view.t('新增通行密鑰', 'Add a passkey')
  const [account, held] = await visit.read('account', async (ctx) => [
    await ownAccount(ctx),
    await ownCredentials(ctx),
  ])
  const owner = {
    id: account.id,
    name: account.login ?? account.email ?? account.name,
    display: account.name,
  }
  const site = pick(view.cityName, view.locale)
  const options = await passkeyOptions(config, site, owner, held)
  const pending = sealPending(config, 'passkey', actor.id, options.challenge, platform.now())
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <p>
          {view.t(
            '用裝置的指紋、臉或螢幕鎖登入，不用記密碼，也騙不走。',
            'Sign in by your device’s finger, face or screen lock: nothing to remember or steal.',
          )}
        </p>
        <Form view={view} action={`${waysPath}/passkey`} leaves>
          <PasskeyHelp view={view} ask="create" options={options} />
          <input type="hidden" name="pending" value={pending} />
          <Fields view={view} schema={questions} values={values} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('建立通行密鑰', 'Make a passkey')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}
