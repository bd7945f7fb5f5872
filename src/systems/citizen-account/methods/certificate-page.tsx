import { componentOf } from '../../../kernel/identity/certificate/trust.ts'
import { certificate } from '../../../kernel/identity/methods/certificate.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { CardHelp } from '../../../web/components/card.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { allowPopups } from '../../../web/popups.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { addCertificate, askForCertificate } from './certificates.ts'
import { labelQuestion } from './list.tsx'
import { errorsOf, waysPath } from './pages-confirm.ts'

const questions: ObjectSchema = { properties: { label: labelQuestion } }

/** Asks for a signature by the card that shall be added. */
export const offerCertificate = (visit: Visit): Promise<Answer> => certificatePage(visit, {}, {})

/** Takes the signature. */
export async function takeCertificate(visit: Visit): Promise<Answer> {
  const { form } = visit
  const label = form.get('label')
  const signature = form.get('signature') || form.get('file')
  try {
    await visit.perform(addCertificate, { challenge: form.get('challenge'), signature, label })
  } catch (error) {
    return {
      ...(await certificatePage(visit, { label }, errorsOf(error, 'signature'))),
      status: 422,
    }
  }
  return {
    to: waysPath,
    flash: {
      zh: '已新增自然人憑證，您的身分也已查驗。',
      en: 'The certificate was added, and your identity is checked.',
    },
  }
}

async function certificatePage(visit: Visit, values: Values, errors: Errors) {
  const { view, platform, reply, actor } = visit
  const title = view.t('新增自然人憑證', 'Add a Citizen Digital Certificate')
  if (!certificate.offered(platform)) return { page: notOffered(visit, title) }
  allowPopups(reply)
  const { id, text } = await visit.perform(askForCertificate, {})
  const ask = { challenge: text, component: componentOf(platform) }
  return {
    page: (
      <Page view={view} title={title} whole>
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <p>{actor.kind === 'staff' ? forStaff(view) : forCitizens(view)}</p>
        <Form view={view} action={`${waysPath}/certificate`} files leaves>
          <input type="hidden" name="challenge" value={id} />
          <CardHelp view={view} ask={ask} errors={errors} />
          <Fields view={view} schema={questions} values={values} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('新增憑證', 'Add the certificate')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}

const forStaff = (view: View) =>
  view.t(
    '最高等級的登入方式，同時查驗您的身分：憑證上的姓名要和帳號的一樣。',
    'The strongest way to sign in. It also checks who you are: the card must bear your name.',
  )
const forCitizens = (view: View) =>
  view.t(
    '最高等級的登入方式，同時查驗您的身分：帳號上的名字會改成憑證上的姓名。',
    'The strongest way to sign in. It also checks who you are: your name follows the card.',
  )

const notOffered = ({ view }: Visit, title: string) => (
  <Page view={view} title={title}>
    <h1>{title}</h1>
    <Notice
      tone="soon"
      title={view.t('目前還不能使用自然人憑證', 'Certificates are not in use yet')}
    >
      <p>
        {view.t(
          '本站還沒有設定信任的發證機構。您可以改用通行密鑰，或到服務台查驗身分。',
          'No issuer is trusted here yet. Use a passkey, or come to a counter to be checked.',
        )}
      </p>
      <p>
        <a href={view.href(waysPath)}>{view.t('我的登入方式', 'My ways to sign in')}</a>
      </p>
    </Notice>
  </Page>
)
