import { pick } from '../../core/i18n.ts'
import { may } from '../../core/operation.ts'
import { holdCase } from '../../kernel/cases/follow.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { contactSchema, contactSummary } from '../../kernel/cases/pages/contact-form.ts'
import { nearbyNotice, pinOf, whereStep } from '../../kernel/cases/pages/where-step.tsx'
import { answerProblems, answerText, type Question, schemaOf } from '../../kernel/forms/answers.ts'
import type { Answers } from '../../kernel/forms/drafts.ts'
import { storedFiles } from '../../kernel/forms/pages/uploads.ts'
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import { Photos } from '../../web/components/timeline.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Visit } from '../../web/pages.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchPack } from './items.ts'
import { report, reportFor } from './operations.ts'

const itemOf = ({ platform }: Visit, answers: Answers) =>
  dispatchPack(platform.city).items.find(({ code }) => code === answers.item)

/** What is broken: groups that open, and in each the items as buttons. Two taps. */
const kind: WizardStep = {
  name: 'kind',
  title: { zh: '什麼東西要修？', en: 'What needs mending?' },
  schema: () => ({
    properties: { item: { type: 'string', minLength: 1, title: { zh: '項目', en: 'Kind' } } },
    required: ['item'],
  }),
  body: (visit, answers) => <KindList visit={visit} chosen={String(answers.item ?? '')} />,
}

const KindList = ({ visit, chosen }: { visit: Visit; chosen: string }) => {
  const { view, platform } = visit
  const { groups, items } = dispatchPack(platform.city)
  return (
    <div class="kinds">
      {groups.map((group) => {
        const own = items.filter((item) => item.group === group.code)
        return (
          <details key={group.code} name="kinds" open={own.some(({ code }) => code === chosen)}>
            <summary>
              <strong>{pick(group.name, view.locale)}</strong>
            </summary>
            {own.map((item) => (
              <button class="kind" key={item.code} type="submit" name="item" value={item.code}>
                <strong>{pick(item.name, view.locale)}</strong>
                <span>{pick(item.description, view.locale)}</span>
              </button>
            ))}
          </details>
        )
      })}
    </div>
  )
}

const questionsOf = (visit: Visit, answers: Answers): readonly Question[] =>
  itemOf(visit, answers)?.attributes ?? []

const what: WizardStep = {
  name: 'what',
  title: { zh: '情況怎麼樣？', en: 'What is it like?' },
  schema: (visit, answers) => {
    const extra = schemaOf(questionsOf(visit, answers)) as unknown as ObjectSchema
    return {
      properties: {
        ...extra.properties,
        body: {
          type: 'string',
          maxLength: 4000,
          title: { zh: '補充說明', en: 'In your words' },
          hint: { zh: '不用寫個人資料。', en: 'No personal details are needed.' },
          widget: 'textarea',
        },
        photos: {
          type: 'array',
          maxItems: 5,
          title: { zh: '照片', en: 'Photographs' },
          hint: {
            zh: '最多 5 張。照片裡的拍攝位置會先移除。',
            en: 'Up to five. The place stored inside a photograph is removed.',
          },
          widget: 'photo',
        },
      },
      required: extra.required ?? [],
    }
  },
  check: (visit, answers) => answerProblems(questionsOf(visit, answers), answers),
  notice: nearbyNotice(dispatchCase),
}

const contact: WizardStep = {
  name: 'contact',
  title: { zh: '怎麼通知您？', en: 'How may we tell you?' },
  schema: () => contactSchema([]),
}

const wizard: Wizard = {
  form: 'report',
  base: '/report',
  title: { zh: '通報', en: 'Report a fault' },
  permission: 'public',
  steps: [kind, whereStep, what, contact],
  summary: async (visit, answers) => {
    const { view, platform } = visit
    const item = itemOf(visit, answers)
    const district = cityPlaces(platform.city).districts.find((d) => d.code === answers.district)
    const pin = answers.lat ? view.t('地圖上的點', 'pin on the map') : ''
    const place = [district && pick(district.name, view.locale), answers.place, pin]
    const photos = storedFiles(answers.photos, view.t)
    return [
      {
        label: { zh: '項目', en: 'Kind' },
        answer: item ? pick(item.name, view.locale) : '',
        change: '/report/kind?back=check',
      },
      {
        label: { zh: '位置', en: 'Place' },
        answer: place.filter(Boolean).join(view.t('，', ', ')),
        change: '/report/where?back=check',
      },
      ...questionsOf(visit, answers).map((question) => ({
        label: question.description,
        answer: answerText(question, answers[question.code], view.locale),
        change: '/report/what?back=check',
      })),
      {
        label: { zh: '補充說明', en: 'In your words' },
        answer: String(answers.body ?? ''),
        change: '/report/what?back=check',
      },
      {
        label: { zh: '照片', en: 'Photographs' },
        answer: photos.length > 0 ? <Photos photos={photos} /> : null,
        change: '/report/what?back=check',
      },
      ...contactSummary(answers, '/report/contact?back=check'),
    ]
  },
  send: async (visit, answers) => {
    const { actor, perform, platform, request, reply } = visit
    const given = Object.fromEntries(
      Object.entries(answers).filter(([, value]) => value !== '' && value !== undefined),
    )
    const codes = questionsOf(visit, answers).map(({ code }) => code)
    const input = {
      ...given,
      ...pinOf(answers),
      photos: storedFiles(answers.photos, visit.view.t).map(({ token }) => token),
      answers: Object.fromEntries(codes.map((code) => [code, answers[code] ?? ''])),
    }
    // An operator who fills in this form does it for a caller.
    const { no, code } = may(actor, 'dispatch.file-for')
      ? await perform(reportFor, { ...input, channel: 'phone' })
      : await perform(report, input)
    const secure = platform.config.PUBLIC_URL.startsWith('https:')
    holdCase(request, reply, platform.config.secret, { no, code, secure })
    return {
      to: `/follow/${no}`,
      flash: { zh: '收到了，謝謝您。', en: 'We have it. Thank you.' },
    }
  },
}

/** The pages on which a fault is reported. */
export const reportPages = wizardPages(wizard)
