import type { City } from '../../../core/city.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { MapPicker } from '../../../web/components/maps.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Visit } from '../../../web/pages.ts'
import type { Answers } from '../../forms/drafts.ts'
import type { WizardStep } from '../../forms/pages/wizard.tsx'
import { type CaseType, itemOf } from '../define.ts'
import { nearbyCases } from '../followers.ts'
import { placeMissing } from '../intake.ts'
import { cityPlaces } from '../pack.ts'

/** The pin of a form's answers, degrees; nothing where none was put. */
export const pinOf = (answers: Answers): { lat?: number; lon?: number } =>
  answers.lat && answers.lon ? { lat: Number(answers.lat), lon: Number(answers.lon) } : {}

/** The districts of the city, to choose one. */
export const districtField = (city: City): ObjectSchema['properties'][string] => ({
  type: 'string',
  title: { zh: '行政區', en: 'District' },
  widget: 'select',
  options: cityPlaces(city).districts.map(({ code, name }) => ({ value: code, label: name })),
})

/** Where it is: a pin on the map, an address, or both. */
export const whereStep: WizardStep = {
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
        ...districtField(platform.city),
        hint: { zh: '點了地圖就不用選。', en: 'Not needed with a pin on the map.' },
      },
    },
  }),
  hidden: ['lat', 'lon'],
  above: ({ view, platform }, answers) => {
    const { lat, lon } = pinOf(answers)
    return (
      <MapPicker
        view={view}
        outlineUrl="/places/districts.json"
        {...(lat !== undefined && lon !== undefined && { value: { lat, lon } })}
        {...(platform.config.MAP_TILES && { tiles: platform.config.MAP_TILES })}
      />
    )
  },
  check: (_, answers): Record<string, Text> => (!answers.lat && !answers.place ? placeMissing : {}),
}

/** Open reports near the pin that may be the same: following one is enough. */
export const nearbyNotice = (type: CaseType) => async (visit: Visit, answers: Answers) => {
  const { view } = visit
  const { lat, lon } = pinOf(answers)
  if (lat === undefined || lon === undefined) return null
  const spot = { item: String(answers.item ?? ''), lat, lon, words: String(answers.body ?? '') }
  const near = await visit.read('public', (ctx) => nearbyCases(ctx, type, spot))
  if (near.length === 0) return null
  const named = (code: string) => itemOf(type, visit.platform.city, code)?.name
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
