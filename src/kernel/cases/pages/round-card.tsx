import type { ComponentChildren } from 'preact'
import { pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { ClockBadge, StateTag } from '../../../web/components/tags.tsx'
import { Photos, type TimelineEvent } from '../../../web/components/timeline.tsx'
import { When } from '../../../web/components/when.tsx'
import type { Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import type { Clock } from '../../calendar/clock.ts'
import type { OfficeCalendar } from '../../calendar/office-days.ts'
import { answerText } from '../../forms/answers.ts'
import { isPossible } from '../advance.ts'
import { type CaseType, itemOf, type Names, type Transition } from '../define.ts'
import type { TimelineRow } from '../queries.ts'
import type { RoundCase } from '../round.ts'
import { clockView } from './clock-view.ts'
import { PriorityTag } from './priority-tag.tsx'
import { RoundWish } from './round-wish.tsx'
import { formSchema } from './step-form.ts'
import { timelineEvent } from './timeline-view.ts'

/** A case of the round with what its card shows. `many` when the list was cut. */
export type OnRound = {
  readonly row: RoundCase
  readonly type: CaseType
  readonly names: Names
  readonly calendar: OfficeCalendar
  readonly now: Date
  readonly clock: Clock | undefined
  readonly lines: readonly TimelineRow[]
  readonly many: boolean
}

/** The steps that are taken at the place. */
export const roundSteps = ['visit', 'finish'] as const

const lastLines = 3

type CardProps = { visit: Visit; found: OnRound; district: Text | undefined }

/** One stop: where, what, until when, what happened last, and the forms for the place. */
export const RoundCard = ({ visit, found, district }: CardProps) => {
  const { view, actor, platform } = visit
  const { row: c, type, names } = found
  const where = [district && pick(district, view.locale), c.place].filter(Boolean).join(' ')
  const steps = roundSteps.flatMap((name): [string, Transition][] => {
    const step = type.transitions[name]
    return step && may(actor, step.by) && isPossible(type, c.state, step) ? [[name, step]] : []
  })
  const state = type.states[c.state]
  return (
    <li class="stop" data-stop={c.no}>
      <h2>
        {where || view.t('沒有地點', 'No place')} <Point view={view} row={c} />
      </h2>
      <p>
        <a href={view.href(`/desk/${type.kind}/${c.no}`)} class="number-link">
          {c.no}
        </a>{' '}
        <PriorityTag view={view} priority={c.priority} />{' '}
        {state ? <StateTag view={view} tone="info" label={state.title} /> : null}{' '}
        {found.clock ? (
          <ClockBadge view={view} clock={clockView(found.calendar, found.clock, found.now)} />
        ) : null}
      </p>
      <p>
        <strong>{pick(names.item(c.item), view.locale)}</strong>
      </p>
      {c.confidential ? <Secret view={view} /> : <Told found={found} view={view} city={platform} />}
      {steps.map(([name, step]) => (
        <RoundForm key={name} view={view} kind={type.kind} no={c.no} name={name} step={step} />
      ))}
      {c.listed ? <RoundWish view={view} type={type} no={c.no} listed back="round" /> : null}
    </li>
  )
}

/** Opens the map program of the telephone, which may have the city's map without a network. */
const Point = ({ view, row: { lat, lon, no } }: { view: View; row: RoundCase }) =>
  lat === null || lon === null ? null : (
    <a class="soft" href={`geo:${lat},${lon}`}>
      {view.t('地圖', 'Map')}
      <span class="sr-only">{` ${no}`}</span>
    </a>
  )

const Secret = ({ view }: { view: View }) => (
  <p class="hint">
    {view.t(
      '要求身分保密：內容不存在裝置上，請連線後打開案件頁看。',
      'Asked for secrecy: its words are not kept on the device. Open its page with a network.',
    )}
  </p>
)

type ToldProps = { view: View; found: OnRound; city: Visit['platform'] }

const Told = ({ view, found, city }: ToldProps) => {
  const { row: c, type, names, lines } = found
  const events = lines.map((line) => timelineEvent(type, names, line, 'staff'))
  const [opened, ...later] = events
  const questions = itemOf(type, city.city, c.item)?.questions ?? []
  return (
    <>
      <p class="said">{c.body}</p>
      <dl class="why">
        {questions
          .filter(({ code }) => c.answers[code] !== undefined)
          .map((question) => (
            <Pair key={question.code} label={pick(question.description, view.locale)}>
              {answerText(question, c.answers[question.code], view.locale)}
            </Pair>
          ))}
      </dl>
      <Small event={opened} />
      {later.length > 0 ? (
        <details>
          <summary>{view.t('最近的經過', 'What happened last')}</summary>
          <ul>
            {later.slice(-lastLines).map((event) => (
              <li key={+event.at}>
                <When view={view} at={event.at} time /> {pick(event.title, view.locale)}
                {event.said ? <p class="said">{event.said}</p> : null}
                <Small event={event} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

const Pair = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
)

/** Photographs small enough to be kept on a telephone; a document is for the desk. */
const Small = ({ event }: { event: TimelineEvent | undefined }) => {
  const images = (event?.photos ?? []).filter(({ image }) => image)
  if (images.length === 0) return null
  return (
    <Photos photos={images.map((one) => ({ ...one, url: `/desk/round/photo/${one.token}` }))} />
  )
}

type FormProps = { view: View; kind: string; no: string; name: string; step: Transition }

/**
 * A step as a plain form of its page; with script it goes into the queue, which sends it when there
 * is a network.
 */
const RoundForm = ({ view, kind, no, name, step }: FormProps) => (
  <details class="step no-print">
    <summary>{pick(step.title, view.locale)}</summary>
    <div
      data-round-step={name}
      data-kind={kind}
      data-no={no}
      data-title={pick(step.title, view.locale)}
    >
      <Form view={view} action={`/desk/${kind}/${no}/${name}`} files draft={`round:${no}:${name}`}>
        <input type="hidden" name="back" value="round" />
        <Fields view={view} schema={formSchema(step, {})} form={`${no}-${name}`} />
        <Buttons>
          <Button {...(step.primary && { look: 'primary' as const })}>
            {pick(step.title, view.locale)}
          </Button>
        </Buttons>
      </Form>
    </div>
  </details>
)
