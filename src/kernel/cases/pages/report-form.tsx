import { pick, type Text } from '../../../core/i18n.ts'
import { Photos } from '../../../web/components/timeline.tsx'
import type { SummaryRow } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { Answers } from '../../forms/drafts.ts'
import { storedFiles } from '../../forms/pages/uploads.ts'
import type { WizardStep } from '../../forms/pages/wizard.tsx'
import { holdCase } from '../follow.ts'
import type { Opened } from '../open.ts'
import { cityPlaces } from '../pack.ts'
import { pinOf } from './where-step.tsx'

/** Kinds that belong together, as a group that opens. */
export type KindGroup = {
  readonly code: string
  readonly name: Text
  readonly items: readonly {
    readonly code: string
    readonly name: Text
    readonly description: Text
  }[]
}

/** What it is about: groups that open, and in each the items as buttons. Two taps. */
export const kindStep = (
  title: Text,
  groupsOf: (visit: Visit) => readonly KindGroup[],
): WizardStep => ({
  name: 'kind',
  title,
  schema: () => ({
    properties: { item: { type: 'string', minLength: 1, title: { zh: '項目', en: 'Kind' } } },
    required: ['item'],
  }),
  body: (visit, answers) => (
    <KindList visit={visit} groups={groupsOf(visit)} chosen={String(answers.item ?? '')} />
  ),
})

type KindListProps = {
  visit: Visit
  groups: readonly KindGroup[]
  chosen: string
}

const KindList = ({ visit: { view }, groups, chosen }: KindListProps) => (
  <div class="kinds">
    {groups.map((group) => (
      <details key={group.code} name="kinds" open={group.items.some(({ code }) => code === chosen)}>
        <summary>
          <strong>{pick(group.name, view.locale)}</strong>
        </summary>
        {group.items.map((item) => (
          <button class="kind" key={item.code} type="submit" name="item" value={item.code}>
            <strong>{pick(item.name, view.locale)}</strong>
            <span>{pick(item.description, view.locale)}</span>
          </button>
        ))}
      </details>
    ))}
  </div>
)

/** Up to five photographs of what is reported. */
export const photosField: ObjectSchema['properties'][string] = {
  type: 'array',
  maxItems: 5,
  title: { zh: '照片', en: 'Photographs' },
  hint: {
    zh: '最多 5 張。照片裡的拍攝位置會先移除。',
    en: 'Up to five. The place stored inside a photograph is removed.',
  },
  widget: 'photo',
}

/** The place for the check page: district, address and whether there is a pin. */
export function placeRow({ view, platform }: Visit, answers: Answers, change: string): SummaryRow {
  const district = cityPlaces(platform.city).districts.find((d) => d.code === answers.district)
  const pin = answers.lat ? view.t('地圖上的點', 'pin on the map') : ''
  const place = [district && pick(district.name, view.locale), answers.place, pin]
  return {
    label: { zh: '位置', en: 'Place' },
    answer: place.filter(Boolean).join(view.t('，', ', ')),
    change,
  }
}

/** The photographs for the check page. */
export function photosRow({ view }: Visit, answers: Answers, change: string): SummaryRow {
  const photos = storedFiles(answers.photos, view.t)
  return {
    label: { zh: '照片', en: 'Photographs' },
    answer: photos.length > 0 ? <Photos photos={photos} /> : null,
    change,
  }
}

/** The answers as an operation takes them: empty ones left out, the pin as numbers. */
export const givenAnswers = (visit: Visit, answers: Answers) => ({
  ...Object.fromEntries(
    Object.entries(answers).filter(([, value]) => value !== '' && value !== undefined),
  ),
  ...pinOf(answers),
  photos: storedFiles(answers.photos, visit.view.t).map(({ token }) => token),
})

/** After sending: this browser holds the case, and its page opens. */
export function thankFor({ platform, request, reply }: Visit, { no, code }: Opened): Answer {
  const secure = platform.config.origin.startsWith('https:')
  holdCase(request, reply, platform.config.secret, { no, code, secure })
  return {
    to: `/follow/${no}`,
    flash: { zh: '收到了，謝謝您。', en: 'We have it. Thank you.' },
  }
}
