import { randomBytes } from 'node:crypto'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DeviceHelp } from '../../../web/components/device.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { addDevice, enrolmentText } from './devices.ts'
import { labelQuestion } from './list.tsx'
import { errorsOf, waysPath } from './pages-confirm.ts'
import { sealPending } from './pending.ts'

const questions: ObjectSchema = { properties: { label: labelQuestion } }

/** Offers to register the phone that shows this page. */
export const offerDevice = async (visit: Visit): Promise<Answer> => devicePage(visit, {}, {})

/** Takes the key that its browser made. */
export async function takeDevice(visit: Visit): Promise<Answer> {
  const { form } = visit
  const [label, signature] = [form.get('label'), form.get('signature')]
  const key = keyOf(form.get('key'))
  try {
    await visit.perform(addDevice, { pending: form.get('pending'), key, signature, label })
  } catch (error) {
    const { label: said, ...rest } = errorsOf(error, 'label')
    const first = said ?? Object.values(rest)[0]
    return { ...devicePage(visit, { label }, first ? { label: first } : {}), status: 422 }
  }
  return {
    to: waysPath,
    flash: {
      zh: '已登記這支手機。登入時請開啟「等我回答的登入」。',
      en: 'This phone is registered. Open “sign-ins that wait for me” when you sign in.',
    },
  }
}

/** A key as a form sends it; an empty one where it is none, which is refused later. */
export function keyOf(given: string): { x: string; y: string } {
  try {
    const { x, y } = JSON.parse(given)
    return { x: String(x), y: String(y) }
  } catch {
    return { x: '', y: '' }
  }
}

function devicePage(visit: Visit, values: Values, errors: Errors) {
  const { view, platform, actor } = visit
  const title = view.t('登記手機', 'Register a phone')
  const challenge = randomBytes(32).toString('base64url')
  const pending = sealPending(platform.config, 'device', actor.id, challenge, platform.now())
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <p class="lead">
          {view.t('請用要登記的手機開啟這一頁。', 'Open this page on the phone that you register.')}
        </p>
        <p>
          {view.t(
            '以後在別處登入時，畫面上有一個數字，在手機上選同一個就好。',
            'When you sign in elsewhere, choose the number shown there on your phone.',
          )}
        </p>
        <p class="soft">
          {view.t(
            '手機瀏覽器會保存一把拿不走的鑰匙；清除瀏覽資料後，要重新登記。',
            'It holds a key. Clear its data, and it must be registered again.',
          )}
        </p>
        <Form view={view} action={`${waysPath}/device`} leaves>
          <DeviceHelp
            view={view}
            ask="register"
            account={actor.id}
            text={enrolmentText(challenge)}
          />
          <input type="hidden" name="pending" value={pending} />
          <Fields view={view} schema={questions} values={values} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('登記這支手機', 'Register this phone')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}
