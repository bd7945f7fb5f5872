import type { VNode } from 'preact'
import type { Verdict } from '../../../core/credential/verdict.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { Tone } from '../../../web/components/tags.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { errorsOf } from '../methods/pages-confirm.ts'
import { goodHours } from './status.ts'
import { verifyCard } from './trust.ts'

/** The page on which anyone checks a card that is shown to them. */
export const verifyPath = '/verify'

type Why = Verdict['why'] | 'again'

/** What a judgement says: how it looks, in one line, and what to do. */
const sentences: Readonly<Record<Why, readonly [Tone, Text, Text]>> = {
  good: [
    'ok',
    { zh: '有效', en: 'Valid' },
    { zh: '請看看名字和本人是否相符。', en: 'Compare the name with the person.' },
  ],
  again: [
    'soon',
    { zh: '剛才掃過了', en: 'Scanned a moment ago' },
    { zh: '請對方等 QR 碼換新，再掃一次。', en: 'Wait until their code changes, then scan it.' },
  ],
  unreadable: [
    'late',
    { zh: '不是市民卡', en: 'Not a city card' },
    { zh: '請掃描市民卡頁面上的 QR 碼。', en: 'Scan the code on the page of the card.' },
  ],
  'not-ours': [
    'late',
    { zh: '不是本市的卡', en: 'A card of another city' },
    { zh: '請不要接受。', en: 'Do not accept it.' },
  ],
  forged: [
    'late',
    { zh: '無效：簽章不符', en: 'Not valid: wrong signature' },
    { zh: '可能是偽造的，請不要接受。', en: 'It may be forged: do not accept it.' },
  ],
  expired: [
    'late',
    { zh: '無效：卡片過期', en: 'Not valid: run out' },
    { zh: '請對方連上網路，重新開啟市民卡。', en: 'They should open the card again, online.' },
  ],
  stale: [
    'late',
    { zh: '無效：QR 碼過期', en: 'Not valid: an old code' },
    {
      zh: '可能是截圖。請對方開啟市民卡，當場出示新的 QR 碼。',
      en: 'It may be a picture: they should open the card and show a new code.',
    },
  ],
  ahead: [
    'late',
    { zh: '無效：時間不符', en: 'Not valid: wrong time' },
    { zh: '請檢查這台裝置的日期和時間。', en: 'Check the date and time of this device.' },
  ],
  ended: [
    'late',
    { zh: '無效：已註銷', en: 'Not valid: ended' },
    { zh: '這張卡已經停用，請不要接受。', en: 'The card was stopped: do not accept it.' },
  ],
  suspended: [
    'late',
    { zh: '無效：暫停使用', en: 'Not valid: suspended' },
    { zh: '這張卡暫停使用，請不要接受。', en: 'The card rests: do not accept it.' },
  ],
  'no-list': [
    'soon',
    { zh: '無法判斷', en: 'Unknown' },
    {
      zh: '簽章正確，但這台裝置沒有停用名單。請連上網路更新名單，再掃一次。',
      en: 'The signature is good, but there is no list here. Go online, then scan again.',
    },
  ],
  'old-list': [
    'soon',
    { zh: '無法判斷', en: 'Unknown' },
    {
      zh: `停用名單超過 ${goodHours} 小時沒有更新。請連上網路更新名單，再掃一次。`,
      en: `The list is older than ${goodHours} hours. Go online, then scan again.`,
    },
  ],
}

const asking: ObjectSchema = {
  properties: {
    text: {
      type: 'string',
      title: { zh: 'QR 碼的內容', en: 'What the code says' },
      hint: {
        zh: '用掃描槍掃描，或貼上以 TK1: 開頭的文字。',
        en: 'Scan it with a hand scanner, or paste the text that begins with TK1:.',
      },
      maxLength: 4000,
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['text'],
}

/** Offers to check a card by camera, scanner or pasted text; offline once the page was open. */
export const offerVerify = async (visit: Visit): Promise<Answer> => ({
  page: verifyPage(visit.view, {}, null),
})

/** Judges what was typed, for who has no script. */
export async function verify(visit: Visit): Promise<Answer> {
  const text = visit.form.get('text')
  visit.reply.header('cache-control', 'no-store')
  try {
    if (text === '') return { page: verifyPage(visit.view, { text: nothing }, null), status: 422 }
    const verdict = await visit.perform(verifyCard, { text })
    return { page: verifyPage(visit.view, {}, verdict) }
  } catch (error) {
    return { page: verifyPage(visit.view, errorsOf(error, 'text'), null), status: 422 }
  }
}

const nothing: Text = { zh: '請掃描或貼上 QR 碼的內容。', en: 'Scan or paste what the code says.' }

function verifyPage(view: View, errors: Errors, verdict: Verdict | null): VNode {
  const title = view.t('查驗市民卡', 'Verify a city card')
  return (
    <Page view={view} title={title} whole>
      <div data-island={view.assets.island('verifier')} data-trust="/card/trust.json">
        <h1>{title}</h1>
        <p class="lead">
          {view.t(
            '開啟過一次後，沒有網路也能查驗。只會看到遮住的名字和卡片有沒有效。',
            'Once it was open, this page works without a network. It shows a masked name only.',
          )}
        </p>
        <div role="status" data-results>
          {verdict ? <Result view={view} why={verdict.why} verdict={verdict} /> : null}
        </div>
        {Object.keys(sentences).map((why) => (
          <template key={why} data-why={why}>
            <Result view={view} why={why as Why} />
          </template>
        ))}
        <Scanner view={view} />
        <ErrorSummary view={view} errors={errors} />
        <Form view={view} action={verifyPath} leaves>
          <Fields view={view} schema={asking} values={{}} errors={errors} />
          <Buttons>
            <Button look="primary">{view.t('查驗', 'Verify')}</Button>
          </Buttons>
        </Form>
        <Freshness view={view} />
      </div>
    </Page>
  )
}

const Result = (props: { view: View; why: Why; verdict?: Verdict }): VNode => {
  const { view, why, verdict } = props
  const [tone, line, advice] = sentences[why]
  return (
    <Notice tone={tone} title={pick(line, view.locale)}>
      {why === 'good' ? (
        <p>
          <strong lang="zh-Hant" data-name>
            {verdict?.outcome === 'valid' ? verdict.name : ''}
          </strong>
        </p>
      ) : null}
      <p>{pick(advice, view.locale)}</p>
    </Notice>
  )
}

const Scanner = ({ view }: { view: View }): VNode => (
  <div data-scanner hidden>
    <video class="scan" data-video muted playsinline hidden>
      <track kind="captions" />
    </video>
    <Buttons>
      <Button type="button" name="camera">
        {view.t('用相機掃描', 'Scan with the camera')}
      </Button>
    </Buttons>
    <p class="field">
      <label for="picture">{view.t('或選一張 QR 碼的照片', 'Or choose a photograph of it')}</label>
      <input id="picture" type="file" accept="image/*" data-picture />
    </p>
    <p class="field-error" role="alert" data-no-camera hidden>
      {view.t(
        '不能使用相機。請允許這個網站使用相機，或用掃描槍、照片、貼上文字。',
        'The camera cannot be used. Allow it, or use a scanner, a photograph or pasted text.',
      )}
    </p>
  </div>
)

const Freshness = ({ view }: { view: View }): VNode => (
  <section data-freshness hidden>
    <h2>{view.t('停用名單', 'The list of stopped cards')}</h2>
    <p
      class="soft"
      data-age
      data-none={view.t('這台裝置還沒有停用名單。', 'This device holds no list yet.')}
      data-now={view.t('停用名單剛剛更新。', 'The list was updated just now.')}
      data-minutes={view.t('停用名單是 {n} 分鐘前的。', 'The list is {n} minutes old.')}
      data-old={view.t(
        `停用名單是 {n} 分鐘前的，超過 ${goodHours} 小時，不能判定有效。`,
        `The list is {n} minutes old, more than ${goodHours} hours: no card counts by it.`,
      )}
    />
    <Buttons>
      <Button type="button" name="sync">
        {view.t('更新名單', 'Update the list')}
      </Button>
    </Buttons>
  </section>
)
