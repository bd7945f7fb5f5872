import { pick } from '../../core/i18n.ts'
import { may } from '../../core/operation.ts'
import { holdCase } from '../../kernel/cases/follow.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { contactSchema, contactSummary } from '../../kernel/cases/pages/contact-form.ts'
import { nearbyNotice, pinOf, whereStep } from '../../kernel/cases/pages/where-step.tsx'
import { storedFiles } from '../../kernel/forms/pages/uploads.ts'
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import { Photos } from '../../web/components/timeline.tsx'
import type { Visit } from '../../web/pages.ts'
import { supervisionPack } from './items.ts'
import { reportWork, reportWorkFor } from './operations.ts'
import { supervisionCase } from './supervision.ts'

const itemsOf = ({ platform }: Visit) =>
  supervisionPack(platform.city).categories.flatMap(({ items }) => items)

const kind: WizardStep = {
  name: 'kind',
  title: { zh: '公共工程哪裡有問題？', en: 'What is wrong at the work?' },
  schema: () => ({
    properties: { item: { type: 'string', minLength: 1, title: { zh: '項目', en: 'Kind' } } },
    required: ['item'],
  }),
  body: (visit, answers) => <KindList visit={visit} chosen={String(answers.item ?? '')} />,
}

const KindList = ({ visit, chosen }: { visit: Visit; chosen: string }) => {
  const { view, platform } = visit
  return (
    <div class="kinds">
      {supervisionPack(platform.city).categories.map((category) => (
        <details
          key={category.code}
          name="kinds"
          open={category.items.some(({ code }) => code === chosen)}
        >
          <summary>
            <strong>{pick(category.name, view.locale)}</strong>
          </summary>
          {category.items.map((item) => (
            <button class="kind" key={item.code} type="submit" name="item" value={item.code}>
              <strong>{pick(item.name, view.locale)}</strong>
              <span>{pick(item.description, view.locale)}</span>
            </button>
          ))}
        </details>
      ))}
    </div>
  )
}

const what: WizardStep = {
  name: 'what',
  title: { zh: '看到了什麼？', en: 'What did you see?' },
  schema: () => ({
    properties: {
      work: {
        type: 'string',
        maxLength: 200,
        title: { zh: '工程名稱', en: 'Name of the work' },
        hint: { zh: '工地告示牌上有；不知道可以不填。', en: 'On the board at the site, if known.' },
      },
      body: {
        type: 'string',
        minLength: 5,
        maxLength: 4000,
        widget: 'textarea',
        title: { zh: '情形', en: 'In your words' },
      },
      photos: {
        type: 'array',
        maxItems: 5,
        widget: 'photo',
        title: { zh: '照片', en: 'Photographs' },
        hint: {
          zh: '最多 5 張。照片裡的拍攝位置會先移除。',
          en: 'Up to five. The place stored inside a photograph is removed.',
        },
      },
    },
    required: ['body'],
  }),
  notice: nearbyNotice(supervisionCase),
}

const contact: WizardStep = {
  name: 'contact',
  title: { zh: '怎麼回覆您？', en: 'How may we answer you?' },
  schema: () => contactSchema([]),
}

const wizard: Wizard = {
  form: 'supervision',
  base: '/works',
  title: { zh: '全民督工', en: 'Citizen supervision' },
  permission: 'public',
  steps: [kind, whereStep, what, contact],
  summary: async (visit, answers) => {
    const { view, platform } = visit
    const item = itemsOf(visit).find(({ code }) => code === answers.item)
    const district = cityPlaces(platform.city).districts.find((d) => d.code === answers.district)
    const pin = answers.lat ? view.t('地圖上的點', 'pin on the map') : ''
    const place = [district && pick(district.name, view.locale), answers.place, pin]
    const photos = storedFiles(answers.photos, view.t)
    const change = '/works/what?back=check'
    return [
      {
        label: { zh: '項目', en: 'Kind' },
        answer: item ? pick(item.name, view.locale) : '',
        change: '/works/kind?back=check',
      },
      {
        label: { zh: '位置', en: 'Place' },
        answer: place.filter(Boolean).join(view.t('，', ', ')),
        change: '/works/where?back=check',
      },
      { label: { zh: '工程名稱', en: 'Work' }, answer: String(answers.work ?? ''), change },
      { label: { zh: '情形', en: 'In your words' }, answer: String(answers.body ?? ''), change },
      {
        label: { zh: '照片', en: 'Photographs' },
        answer: photos.length > 0 ? <Photos photos={photos} /> : null,
        change,
      },
      ...contactSummary(answers, '/works/contact?back=check'),
    ]
  },
  send: async (visit, answers) => {
    const { actor, perform, platform, request, reply } = visit
    const given = Object.fromEntries(
      Object.entries(answers).filter(([, value]) => value !== '' && value !== undefined),
    )
    const photos = storedFiles(answers.photos, visit.view.t).map(({ token }) => token)
    const input = { ...given, ...pinOf(answers), photos }
    const { no, code } = may(actor, 'supervision.file-for')
      ? await perform(reportWorkFor, { ...input, channel: 'phone' })
      : await perform(reportWork, input)
    const secure = platform.config.PUBLIC_URL.startsWith('https:')
    holdCase(request, reply, platform.config.secret, { no, code, secure })
    return {
      to: `/follow/${no}`,
      flash: { zh: '收到了，謝謝您。', en: 'We have it. Thank you.' },
    }
  },
}

/** The pages on which a public work is reported. */
export const supervisionPages = wizardPages(wizard)
