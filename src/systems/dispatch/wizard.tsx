import { pick, type Text } from '../../core/i18n.ts'
import { may } from '../../core/operation.ts'
import { holdCase } from '../../kernel/cases/follow.ts'
import { nearbyCases } from '../../kernel/cases/followers.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { contactSchema, contactSummary } from '../../kernel/cases/pages/contact-form.ts'
import { answerProblems, answerText, type Question, schemaOf } from '../../kernel/forms/answers.ts'
import type { Answers } from '../../kernel/forms/drafts.ts'
import { storedFiles } from '../../kernel/forms/pages/uploads.ts'
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import { MapPicker } from '../../web/components/maps.tsx'
import { Photos } from '../../web/components/timeline.tsx'
import { When } from '../../web/components/when.tsx'
import { Notice } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Visit } from '../../web/pages.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchPack } from './items.ts'
import { report, reportFor } from './operations.ts'

const itemOf = ({ platform }: Visit, answers: Answers) =>
  dispatchPack(platform.city).items.find(({ code }) => code === answers.item)

const number = (value: unknown): number | undefined =>
  value === undefined || value === '' ? undefined : Number(value)

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

const where: WizardStep = {
  name: 'where',
  title: { zh: '在哪裡？', en: 'Where is it?' },
  schema: ({ platform }) => ({
    properties: {
      place: {
        type: 'string',
        maxLength: 300,
        title: { zh: '地址、路口或地標', en: 'Address, crossing or landmark' },
        hint: {
          zh: '例如：中正一路 100 號前。地圖和這一欄填一個就可以，都填更好找。',
          en: 'Such as: in front of 100 Zhongzheng 1st Road. This or the map; both help.',
        },
        widget: 'text',
      },
      district: {
        type: 'string',
        title: { zh: '行政區', en: 'District' },
        hint: { zh: '點了地圖就不用選。', en: 'Not needed with a pin on the map.' },
        widget: 'select',
        options: cityPlaces(platform.city).districts.map(({ code, name }) => ({
          value: code,
          label: name,
        })),
      },
    },
  }),
  hidden: ['lat', 'lon'],
  above: ({ view, platform }, answers) => {
    const [lat, lon] = [number(answers.lat), number(answers.lon)]
    return (
      <MapPicker
        view={view}
        outlineUrl="/places/districts.json"
        {...(lat !== undefined && lon !== undefined && { value: { lat, lon } })}
        {...(platform.config.MAP_TILES && { tiles: platform.config.MAP_TILES })}
      />
    )
  },
  check: (_, answers): Record<string, Text> =>
    !answers.lat && !answers.place
      ? {
          place: {
            zh: '請在地圖上點位置，或寫地址、路口、地標。',
            en: 'Put the pin on the map, or write an address, a crossing or a landmark.',
          },
        }
      : {},
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
  notice: nearbyNotice,
}

/** Open reports near the pin that may be the same: following one is enough. */
async function nearbyNotice(visit: Visit, answers: Answers) {
  const { view } = visit
  const [lat, lon] = [number(answers.lat), number(answers.lon)]
  if (lat === undefined || lon === undefined) return null
  const spot = { item: String(answers.item ?? ''), lat, lon, words: String(answers.body ?? '') }
  const near = await visit.read('public', (ctx) => nearbyCases(ctx, dispatchCase, spot))
  if (near.length === 0) return null
  const named = (code: string) =>
    dispatchPack(visit.platform.city).items.find((item) => item.code === code)?.name
  return (
    <Notice tone="info" title={view.t('附近已經有人通報', 'Someone nearby reported this already')}>
      <p>
        {view.t(
          '是同一件的話，點進去按「我也遇到」就會收到進度，不用再填一次。',
          'If it is the same, open it and say “me too”: you will hear of each step.',
        )}
      </p>
      <ul>
        {near.slice(0, 3).map((one) => (
          <li key={one.no}>
            <a href={view.href(`/reported/${one.no}`)}>
              {pick(named(one.item) ?? { zh: one.item, en: one.item }, view.locale)}
              {view.t('，', ', ')}
              {Math.round(one.metres_away)}
              {view.t(' 公尺外', ' m away')}
            </a>
            {view.t('，', ', ')}
            <When view={view} at={one.received_at} />
            {one.others > 0
              ? view.t(`，另有 ${one.others} 人反映`, `, and ${one.others} more said so`)
              : ''}
          </li>
        ))}
      </ul>
    </Notice>
  )
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
  steps: [kind, where, what, contact],
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
      ...(answers.lat && { lat: number(answers.lat), lon: number(answers.lon) }),
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
