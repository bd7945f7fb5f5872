import type { Position } from 'geojson'
import type { ComponentChildren } from 'preact'
import { pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { MapStatic, type Outline } from '../../../web/components/maps.tsx'
import { ClockBadge } from '../../../web/components/tags.tsx'
import { Photos } from '../../../web/components/timeline.tsx'
import { When } from '../../../web/components/when.tsx'
import { SummaryList, type SummaryRow } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { answerText, type Question } from '../../forms/answers.ts'
import { type CaseType, clockTitle, itemOf } from '../define.ts'
import type { CaseRow } from '../file.ts'
import { cityPlaces } from '../pack.ts'
import type { District } from '../places.ts'
import { clockView } from './clock-view.ts'
import type { Found, Link } from './desk-case.tsx'
import { timelineEvent } from './timeline-view.ts'

type FactsProps = { visit: Visit; type: CaseType; found: Found }

/** What, where and who: everything that was said when the case began. */
export const Facts = (props: FactsProps) => {
  const { visit, type, found } = props
  const { view, platform } = visit
  const { row: c, names } = found
  const district = cityPlaces(platform.city).districts.find(({ code }) => code === c.district)
  const place = [district && pick(district.name, view.locale), c.place].filter(Boolean).join(' ')
  const questions = itemOf(type, platform.city, c.item)?.questions ?? []
  const [opened] = found.lines
  const photos = opened ? timelineEvent(type, names, opened, 'staff').photos : []
  return (
    <>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '項目', en: 'Kind' }, answer: pick(names.item(c.item), view.locale) },
          { label: { zh: '內容', en: 'Text' }, answer: <span class="said">{c.body}</span> },
          ...answerRows(c, questions, view),
          { label: { zh: '地點', en: 'Place' }, answer: place },
          { label: { zh: '聯絡人', en: 'Contact' }, answer: <Reporter {...props} /> },
          {
            label: { zh: '機關', en: 'Agency' },
            answer: pick(names.agency(c.agency), view.locale),
          },
          { label: { zh: '承辦人', en: 'Officer' }, answer: found.assignee },
          {
            label: { zh: '收件', en: 'Received' },
            answer: (
              <>
                <When view={view} at={c.received_at} time />
                {view.t('，', ', ')}
                {pick(channels[c.channel] ?? { zh: c.channel, en: c.channel }, view.locale)}
              </>
            ),
          },
        ]}
      />
      {photos?.length ? <Photos photos={photos} /> : null}
      {district ? <Where view={view} row={c} district={district} /> : null}
    </>
  )
}

/** The answers to the item's questions, each under its question. */
const answerRows = (c: CaseRow, questions: readonly Question[], view: View): SummaryRow[] =>
  questions
    .filter(({ code }) => c.answers[code] !== undefined)
    .map((question) => ({
      label: question.description,
      answer: answerText(question, c.answers[question.code], view.locale),
    }))

/** Who asked for secrecy is not even in the page; a look at it is a step of its own. */
const Reporter = ({ visit, type, found }: FactsProps) => {
  const { row: c, party } = found
  const { view, actor } = visit
  if (c.confidential) {
    const allowed =
      c.assignee === actor.id ? may(actor, `${type.kind}.work`) : may(actor, `${type.kind}.approve`)
    return (
      <>
        <p>{view.t('要求身分保密', 'Asked for secrecy')}</p>
        {allowed ? <LookForm view={view} type={type} no={c.no} /> : null}
      </>
    )
  }
  const parts: ComponentChildren[] = []
  if (party?.name) parts.push(<span>{party.name}</span>)
  if (party?.phone) parts.push(<a href={`tel:${party.phone}`}>{party.phone}</a>)
  if (party?.email) parts.push(<a href={`mailto:${party.email}`}>{party.email}</a>)
  if (parts.length === 0)
    return <span class="soft">{view.t('沒有留下聯絡方式', 'Left no contact')}</span>
  return <span class="contact">{parts}</span>
}

type LookProps = { view: View; type: CaseType; no: string; value?: string; problem?: string }

/** Asks why before it shows who: the look is kept and the supervisor hears of it. */
export const LookForm = (props: LookProps) => {
  const { view, type, no, problem } = props
  return (
    <details class="step" open={problem !== undefined}>
      <summary>{view.t('因公務需要查看', 'See it for a reason')}</summary>
      <Form view={view} action={`/desk/${type.kind}/${no}/look`}>
        <Fields
          view={view}
          schema={lookSchema}
          values={{ reason: props.value ?? '' }}
          errors={problem === undefined ? {} : { reason: { zh: problem, en: problem } }}
          form="look"
        />
        <Buttons>
          <Button>{view.t('查看並留下紀錄', 'See it; the look is kept')}</Button>
        </Buttons>
      </Form>
    </details>
  )
}

const lookSchema: ObjectSchema = {
  properties: {
    reason: {
      type: 'string',
      minLength: 4,
      maxLength: 500,
      widget: 'textarea',
      title: { zh: '為什麼需要知道', en: 'Why you need to know' },
      hint: { zh: '主管會收到通知並覆核。', en: 'Your supervisor is told and judges it.' },
    },
  },
  required: ['reason'],
}

const Where = (props: { view: View; row: CaseRow; district: District }) => {
  const { view, row, district } = props
  if (row.lat === null || row.lon === null) return null
  const { geometry } = district.area
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
  const outline: Outline = { name: district.name, rings: rings.map(pairs) }
  return (
    <div class="small-map">
      <MapStatic
        view={view}
        id="where"
        title={view.t(`在${district.name.zh}的位置`, `Place within ${district.name.en}`)}
        description={view.t(
          `北緯 ${row.lat} 度，東經 ${row.lon} 度。`,
          `${row.lat} degrees north, ${row.lon} degrees east.`,
        )}
        outlines={[outline]}
        points={[{ lat: row.lat, lon: row.lon, label: { zh: row.no, en: row.no } }]}
      />
      <p class="soft">{`${row.lat}, ${row.lon}`}</p>
    </div>
  )
}

const pairs = (ring: Position[]): (readonly [number, number])[] =>
  ring.map(([lon = 0, lat = 0]) => [lon, lat] as const)

const channels: Readonly<Record<string, { zh: string; en: string }>> = {
  web: { zh: '網站', en: 'web site' },
  app: { zh: '手機應用程式', en: 'app' },
  phone: { zh: '電話', en: 'telephone' },
  counter: { zh: '櫃檯', en: 'counter' },
  letter: { zh: '書信', en: 'letter' },
  fax: { zh: '傳真', en: 'fax' },
  mailbox: { zh: '首長信箱', en: "mayor's mailbox" },
  open311: { zh: 'Open311', en: 'Open311' },
}

/** Each clock with its due time and the rule that it follows. */
export const Clocks = ({ view, found }: { view: View; found: Found }) => (
  <ul class="clocks">
    {found.clocks.map((clock) => {
      const title = clockTitle(clock.kind)
      const unit = units[clock.unit]
      return (
        <li key={clock.kind}>
          <strong>{pick(title, view.locale)}</strong>
          <ClockBadge view={view} clock={clockView(found.calendar, clock, found.now)} />
          <span class="soft">
            {clock.due ? (
              <>
                {/* Days end at midnight: the last moment belongs to the day before. */}
                {view.t('期限 ', 'Due ')}
                <When view={view} at={new Date(+clock.due - 1)} time />
                {view.t('；', '; ')}
              </>
            ) : null}
            {view.t('自 ', 'from ')}
            <When view={view} at={clock.startedAt} time />
            {view.t(` 起 ${clock.budget} ${unit.zh}`, `, ${clock.budget} ${unit.en}`)}
            {clock.extended > 0
              ? view.t(`，含展期 ${clock.extended} ${unit.zh}`, `, ${clock.extended} of them added`)
              : ''}
          </span>
        </li>
      )
    })}
  </ul>
)

const units: Readonly<Record<'wd' | 'wh' | 'h' | 'd', Text>> = {
  wd: { zh: '個工作天', en: 'working days' },
  wh: { zh: '個工作小時', en: 'working hours' },
  h: { zh: '小時', en: 'hours' },
  d: { zh: '天', en: 'days' },
}

/** The chain of the case: each hash covers the event and the hash before it. */
export const Proof = ({ view, links }: { view: View; links: readonly Link[] }) => (
  <details class="step">
    <summary>{view.t('驗證紀錄', 'Verify the record')}</summary>
    <div class="proof">
      <p class="hint">
        {view.t(
          '每一筆的雜湊都包含前一筆，改動任何一筆都會被發現。',
          'Each hash covers the one before it, so a change anywhere shows.',
        )}
      </p>
      <ol>
        {links.map((link) => (
          <li key={link.seq}>
            <When view={view} at={link.at} time /> {link.type}
            <br />
            <code>{link.hash}</code>
          </li>
        ))}
      </ol>
    </div>
  </details>
)
