import { pick } from '../../../core/i18n.ts'
import { newTotpSecret, totpUri } from '../../../kernel/identity/methods/totp.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { qrImage } from '../../../web/qr.ts'
import { Page } from '../../../web/shell.tsx'
import { labelQuestion } from './list.tsx'
import { addTotp } from './operations.ts'
import { errorsOf, waysPath } from './pages-confirm.ts'
import { openTotp, sealPending } from './pending.ts'

const questions: ObjectSchema = {
  properties: {
    code: {
      type: 'string',
      title: { zh: 'App 顯示的六位數字', en: 'The six digits that the app shows' },
      maxLength: 12,
      widget: 'text',
      autocomplete: 'one-time-code',
    },
    label: labelQuestion,
  },
  required: ['code'],
}

/** Offers a new secret as a picture and as letters, until the first code confirms it. */
export const offerTotp = (visit: Visit): Promise<Answer> => {
  const { platform, actor } = visit
  const secret = newTotpSecret()
  const pending = sealPending(platform.config, 'totp', actor.id, secret, platform.now())
  return totpPage(visit, pending, secret, {}, {})
}

/** Takes the first code. */
export async function takeTotp(visit: Visit): Promise<Answer> {
  const { form, platform, actor } = visit
  const given = { pending: form.get('pending'), code: form.get('code'), label: form.get('label') }
  const secret = openTotp(platform.config, given.pending, actor.id, platform.now())
  try {
    await visit.perform(addTotp, given)
  } catch (error) {
    const page = await totpPage(visit, given.pending, secret, given, errorsOf(error, 'code'))
    return { ...page, status: 422 }
  }
  return {
    to: waysPath,
    flash: { zh: '已新增動態密碼。', en: 'The one-time password was added.' },
  }
}

async function totpPage(
  visit: Visit,
  pending: string,
  secret: string,
  values: Values,
  errors: Errors,
) {
  const { view, actor } = visit
  const title = view.t('新增動態密碼', 'Add a one-time password')
  const uri = totpUri(secret, pick(view.cityName, view.locale), actor.name)
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <p>
          {view.t(
            '用手機的驗證 App 掃描圖碼；無法掃描時，在 App 裡輸入下面的金鑰。',
            'Scan the picture with an authenticator app, or type the key beneath it there.',
          )}
        </p>
        <img
          src={qrImage(uri)}
          width={220}
          height={220}
          alt={view.t('圖碼，內容就是下面的金鑰', 'A QR code that holds the key beneath')}
        />
        <p>
          {view.t('金鑰：', 'Key: ')}
          <code>{secret.match(/.{1,4}/g)?.join(' ')}</code>
        </p>
        <p>
          <a href={uri}>{view.t('在這支手機的 App 開啟', 'Open in an app on this phone')}</a>
        </p>
        <Form view={view} action={`${waysPath}/totp`} leaves>
          <input type="hidden" name="pending" value={pending} />
          <Fields view={view} schema={questions} values={values} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('確認並新增', 'Confirm and add')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}
