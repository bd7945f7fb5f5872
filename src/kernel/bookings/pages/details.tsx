import type { TSchema } from 'typebox'
import type { Actor } from '../../../core/context.ts'
import { Refused } from '../../../core/errors.ts'
import { clockTime } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { perform, read } from '../../../core/operation.ts'
import { fromForm } from '../../../core/schema.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { Booking } from '../booking.ts'
import { seeBooking } from '../booking.ts'
import { type FreeSlot, slotsAhead, type Venue, venueCode, venuesOf } from '../slots.ts'
import { type BookingKit, holding, holds, remember } from './kit.ts'

type Tried = { readonly values: Values; readonly errors: Errors; readonly problem?: Refused }

/** The last page before a booking: who comes. Shows until when the time is held. */
export async function detailsPage(
  kit: BookingKit,
  visit: Visit,
  held: Booking,
  venue: Venue,
  tried: Tried = { values: {}, errors: {} },
): Promise<Answer> {
  const { view, platform } = visit
  const { path, name } = kit.service
  const { values, errors, problem } = tried
  const others = problem ? await otherTimes(kit, visit, held, problem) : []
  const given = { name: held.name, phone: held.phone, email: held.email, ...values }
  const title = view.t('填寫資料', 'Your details')
  const via = visit.form.get('via') || (visit.query.via ?? '')
  const page = (
    <Page view={view} title={`${pick(kit.service.title, view.locale)} ${title}`}>
      <h1>{title}</h1>
      <p class="lead">
        <When view={view} at={held.starts_at} time />
        {view.t('，', ', ')}
        {pick(venue.name, view.locale)}
      </p>
      <HeldUntil visit={visit} held={held} now={platform.now()} />
      {problem ? <Notice tone="late" title={pick(problem.text, view.locale)} /> : null}
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={`${path}/${held.no}/book`} draft={name}>
        {via ? <input type="hidden" name="via" value={via} /> : null}
        {others.length > 0 ? <Others visit={visit} others={others} /> : null}
        <Fields view={view} schema={kit.questions(visit)} values={given} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('確認預約', 'Book it')}</Button>
          <ButtonLink href={view.href(`${path}?venue=${venueCode(held.venue)}&date=${held.date}`)}>
            {view.t('選別的時間', 'Choose another time')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
  const status = problem?.status ?? (Object.keys(errors).length > 0 ? 422 : 200)
  return { page, status }
}

const HeldUntil = (props: { visit: Visit; held: Booking; now: Date }) => {
  const { held, now } = props
  const { view } = props.visit
  if (held.until && held.until > now)
    return (
      <Notice
        tone="info"
        title={view.t(
          `這個時段為您保留到 ${clockTime(held.until)}`,
          `We hold this time for you until ${clockTime(held.until)}`,
        )}
      />
    )
  return (
    <Notice tone="soon" title={view.t('保留的時間已過', 'The time is no longer held')}>
      <p>
        {view.t(
          '還沒被約走的話，現在送出仍可完成預約。',
          'If nobody took it meanwhile, you can still book it now.',
        )}
      </p>
    </Notice>
  )
}

/**
 * Other free times of the venue, the nearest first, so that what was typed need not be again; of
 * other days where the day's provider must not serve, and none where the person may not book.
 */
async function otherTimes(
  kit: BookingKit,
  visit: Visit,
  held: Booking,
  problem: Refused,
): Promise<FreeSlot[]> {
  if (problem.code === 'bookings.quota') return []
  const sameDay = problem.code !== 'bookings.avoided'
  const slots = await visit.read('public', (ctx) =>
    slotsAhead(ctx, kit.service, { venue: held.venue }),
  )
  const apart = ({ starts_at }: FreeSlot) => Math.abs(+starts_at - +held.starts_at)
  return slots
    .filter(({ id, free, date }) => free > 0 && id !== held.slot && (sameDay || date !== held.date))
    .sort((a, b) => apart(a) - apart(b))
    .slice(0, 5)
    .sort((a, b) => +a.starts_at - +b.starts_at)
}

const Others = ({ visit, others }: { visit: Visit; others: readonly FreeSlot[] }) => (
  <fieldset class="field">
    <legend>{visit.view.t('改約這些時間之一', 'Take one of these times instead')}</legend>
    <div class="choices">
      {others.map((slot) => (
        <label class="choice" key={slot.id}>
          <input type="radio" name="slot" value={slot.id} />
          <span>
            <When view={visit.view} at={slot.starts_at} time />
          </span>
        </label>
      ))}
    </div>
  </fieldset>
)

/** What a form answered to a schema, as text. */
export const answersTo = (schema: ObjectSchema, visit: Visit): Record<string, string> =>
  Object.fromEntries(Object.keys(schema.properties).map((name) => [name, visit.form.get(name)]))

/** Confirms the hold, at another time where one was chosen instead. */
export async function takeDetails(kit: BookingKit, visit: Visit): Promise<Answer> {
  const { form, params, platform, view } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  if (!holds(visit, no)) return { to: `${kit.service.path}/find?number=${params.no}` }
  const values = answersTo(kit.questions(visit), visit)
  const manner = { locale: view.locale }
  const slot = Number(form.get('slot'))
  let at = { no, actor: visit.actor }
  try {
    if (slot > 0) {
      const held = await perform(platform, kit.common.hold, visit.actor, { slot }, manner)
      remember(visit, held)
      at = { no: held.no, actor: holding(visit, held) }
      await perform(platform, kit.common.cancel, visit.actor, { no }, manner)
    }
    const via = form.get('via')
    const input = fromForm(kit.book.input as TSchema, { ...values, via, no: at.no })
    await perform(platform, kit.book, at.actor, input, manner)
    return { to: `${kit.service.path}/${at.no}` }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return again(kit, visit, at, { values, ...said(error) })
  }
}

const said = (error: Refused): Pick<Tried, 'errors' | 'problem'> =>
  Object.keys(error.fields).length > 0 ? { errors: error.fields } : { errors: {}, problem: error }

/** The same form with what was typed, for the time that is held now. */
async function again(
  kit: BookingKit,
  visit: Visit,
  { no, actor }: { no: string; actor: Actor },
  tried: Tried,
): Promise<Answer> {
  const found = await read(visit.platform, actor, 'public', async (ctx) => ({
    held: await seeBooking(ctx, kit.service, no),
    venues: await venuesOf(ctx, kit.service),
  }))
  const venue = found.venues.find(({ id }) => id === found.held.venue)
  if (found.held.state !== 'held' || !venue) {
    const problem = tried.problem?.text
    return { to: `${kit.service.path}/${no}`, ...(problem && { problem }) }
  }
  return detailsPage(kit, visit, found.held, venue, tried)
}
