import type { TSchema } from 'typebox'
import { notFound, Refused } from '../../../core/errors.ts'
import { isDay, isoDate } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { fromForm } from '../../../core/schema.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { LiveUpdates } from '../../../web/components/list-tools.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, Notice, Tabs } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { dayAt, dayOfNumber, listOf } from '../desk.ts'
import { type FreeSlot, slotsAhead, type Venue, venueCode, venueId, venuesOf } from '../slots.ts'
import { DayTable, WaitingTable } from './desk-tables.tsx'
import { answersTo } from './details.tsx'
import type { DeskKit } from './kit.ts'

/** The venues whose desk this member of staff serves. */
export async function ownVenues(kit: DeskKit, visit: Visit): Promise<Venue[]> {
  const permission = `${kit.service.name}.desk`
  const grants = visit.actor.grants.filter((grant) => grant.permission === permission)
  const city = grants.some(({ scope }) => scope === 'city')
  const agencies = new Set(grants.flatMap((grant) => grant.agencies))
  const venues = await visit.read('public', (ctx) => venuesOf(ctx, kit.service))
  return venues.filter(({ agency }) => city || agencies.has(agency))
}

/** Which venue's desk, as the address or the form says; the first of one's own without. */
export async function venueInHand(kit: DeskKit, visit: Visit) {
  const venues = await ownVenues(kit, visit)
  const code = visit.form.get('venue') || (visit.query.venue ?? '')
  const venue = venues.find(({ id }) => id === venueId(kit.service, code)) ?? venues[0]
  return { venues, venue }
}

type Tried = { values: Values; errors: Errors; problem?: Text }

/** A venue's day: who comes, who waits, and a form for who comes without a booking. */
export async function dayPage(
  kit: DeskKit,
  visit: Visit,
  tried: Tried = { values: {}, errors: {} },
): Promise<Answer> {
  const { view, query, form, platform } = visit
  const { service, path } = kit
  const sought = normalNumber(query.no ?? '')
  if (sought && !query.date) return dayOf(kit, visit, sought)
  const { venues, venue } = await venueInHand(kit, visit)
  const today = isoDate(platform.now())
  const asked = form.get('date') || (query.date ?? '')
  const date = isDay(asked) ? asked : today
  const title = view.t(`${service.title.zh}櫃檯`, `${service.title.en} desk`)
  if (!venue) return noVenue(visit, title)
  const found = await visit.read(`${service.name}.desk`, async (ctx) => ({
    bookings: await dayAt(ctx, venue.id, date),
    waiting: await listOf(ctx, venue.id, date),
    flags: await kit.flags(ctx, venue.id, date),
    free: await slotsAhead(ctx, service, { venue: venue.id, date, running: date === today }),
  }))
  const here = { venue: venueCode(venue.id), date }
  const page = (
    <Page view={view} title={`${title} ${pick(venue.name, view.locale)}`} chrome="staff">
      <h1>{title}</h1>
      <Tabs
        view={view}
        label={view.t('地點', 'Venues')}
        items={venues.map((one) => ({
          href: `${path}?venue=${venueCode(one.id)}&date=${date}`,
          label: one.name,
          current: one.id === venue.id,
        }))}
      />
      <DayLinks visit={visit} kit={kit} here={here} today={today} />
      {tried.problem ? <Notice tone="late" title={pick(tried.problem, view.locale)} /> : null}
      <ErrorSummary view={view} errors={tried.errors} />
      <LiveUpdates
        view={view}
        events={`/live?topic=bookings:${venue.id}`}
        href={`${path}?venue=${here.venue}&date=${date}`}
      />
      <DayTable
        kit={kit}
        visit={visit}
        here={here}
        now={platform.now()}
        sought={sought}
        {...found}
      />
      <NewBooking
        {...{ kit, visit, here, tried }}
        today={date === today}
        slots={found.free.filter(({ free }) => free > 0)}
      />
      <WaitingTable visit={visit} waiting={found.waiting} />
    </Page>
  )
  const status = Object.keys(tried.errors).length > 0 ? 422 : tried.problem ? 409 : 200
  return { page, status }
}

/** The day on which a booking is, or a wish to come; both are marked there by their number. */
async function dayOf({ service, path }: DeskKit, visit: Visit, no: string): Promise<Answer> {
  const found = await visit.read(`${service.name}.desk`, (ctx) => dayOfNumber(ctx, service, no))
  if (!found)
    return {
      to: path,
      problem: {
        zh: `您的櫃檯沒有 ${no} 這個號碼。`,
        en: `Your desk has no number ${no}.`,
      },
    }
  return { to: `${path}?venue=${venueCode(found.venue)}&date=${found.date}&no=${no}` }
}

/** What stands here before the service has a venue of this agency. */
export const noVenue = ({ view }: Visit, title: string): Answer => ({
  page: (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <EmptyState title={view.t('您的機關沒有服務地點', 'Your agency has no venue')}>
        <p>
          {view.t(
            '地點登錄後，當天的預約會列在這裡。',
            'Once a venue is open, its bookings are listed here.',
          )}
        </p>
      </EmptyState>
    </Page>
  ),
})

type Here = { venue: string; date: string }

const DayLinks = (props: { visit: Visit; kit: DeskKit; here: Here; today: string }) => {
  const { kit, here, today } = props
  const { view } = props.visit
  const beside = (days: number) => isoDate(new Date(+noon(here.date) + days * 86_400_000))
  const link = (date: string) => view.href(`${kit.path}?venue=${here.venue}&date=${date}`)
  return (
    <>
      <h2>
        <When view={view} at={here.date} />
        {here.date === today ? view.t('（今天）', ' (today)') : null}
      </h2>
      <Buttons>
        <ButtonLink href={link(beside(-1))} icon="left">
          {view.t('前一天', 'Day before')}
        </ButtonLink>
        {here.date === today ? null : (
          <ButtonLink href={link(today)}>{view.t('今天', 'Today')}</ButtonLink>
        )}
        <ButtonLink href={link(beside(1))} icon="right">
          {view.t('後一天', 'Day after')}
        </ButtonLink>
        <ButtonLink href={view.href(`${kit.path}/rota?venue=${here.venue}`)}>
          {view.t('班表', 'Rota')}
        </ButtonLink>
        {kit.links.map(({ href, label }) => (
          <ButtonLink key={href} href={view.href(href)}>
            {pick(label, view.locale)}
          </ButtonLink>
        ))}
      </Buttons>
    </>
  )
}

const noon = (date: string) => new Date(`${date}T12:00:00+08:00`)

/** The questions of a citizen's form, after the time. */
const schemaOf = (kit: DeskKit, visit: Visit, slots: readonly FreeSlot[]): ObjectSchema => {
  const asked = kit.questions(visit)
  const time = (at: Date) => new Date(+at + 28_800_000).toISOString().slice(11, 16)
  return {
    properties: {
      slot: {
        type: 'string',
        title: { zh: '時段', en: 'Time' },
        widget: 'select',
        options: slots.map(({ id, starts_at }) => ({
          value: String(id),
          label: { zh: time(starts_at), en: time(starts_at) },
        })),
      },
      ...asked.properties,
    },
    required: ['slot', ...(asked.required ?? [])],
  }
}

const NewBooking = (props: {
  kit: DeskKit
  visit: Visit
  here: Here
  tried: Tried
  today: boolean
  slots: readonly FreeSlot[]
}) => {
  const { kit, visit, here, tried, today, slots } = props
  const { view } = visit
  if (slots.length === 0)
    return (
      <p class="soft">
        {view.t('這一天已沒有空的時段可以登記。', 'No free time is left on this day.')}
      </p>
    )
  const open = Object.keys(tried.values).length > 0
  return (
    <details class="step" open={open}>
      <summary>
        {today ? view.t('現場候補登記', 'Take a walk-in') : view.t('代為預約', 'Book for a caller')}
      </summary>
      <Form view={view} action={`${kit.path}/new`}>
        <input type="hidden" name="venue" value={here.venue} />
        <input type="hidden" name="date" value={here.date} />
        <Fields
          view={view}
          schema={schemaOf(kit, visit, slots)}
          values={open ? tried.values : { slot: String(slots[0]?.id ?? '') }}
          errors={tried.errors}
        />
        <Buttons>
          <Button look="primary">
            {today ? view.t('登記並報到', 'Take them in') : view.t('確認預約', 'Book it')}
          </Button>
        </Buttons>
      </Form>
    </details>
  )
}

/** Takes a walk-in today, or a booking by telephone for another day. */
export async function takeNew(kit: DeskKit, visit: Visit): Promise<Answer> {
  const { form, platform } = visit
  const date = form.get('date')
  const op = date === isoDate(platform.now()) ? kit.walkIn : kit.bookFor
  const values = answersTo(schemaOf(kit, visit, []), visit)
  try {
    const { no } = await visit.perform(op, fromForm(op.input as TSchema, values))
    return {
      to: `${kit.path}?venue=${form.get('venue')}&date=${date}`,
      flash: { zh: `已登記，號碼 ${no}。`, en: `Done, the number is ${no}.` },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const byField = Object.keys(error.fields).length > 0
    const said = byField ? { errors: error.fields } : { errors: {}, problem: error.text }
    return dayPage(kit, visit, { values, ...said })
  }
}

/** One act on one booking of the day: check in, finish, no-show, cancel. */
export async function takeAct(kit: DeskKit, visit: Visit): Promise<Answer> {
  const { params, form } = visit
  const { no = '', act = '' } = params
  const { common, finish } = kit
  const to = `${kit.path}?venue=${form.get('venue')}&date=${form.get('date')}`
  try {
    if (act === 'arrive') await visit.perform(common.arrive, { no })
    else if (act === 'miss') await visit.perform(common.miss, { no })
    else if (act === 'cancel') await visit.perform(common.cancelFor, { no })
    else if (act === 'finish') await visit.perform(finish, { no, topic: form.get('topic') })
    else throw notFound({ zh: '這個動作', en: 'this act' })
    return { to, flash: { zh: `${no} 已更新。`, en: `${no} is up to date.` } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to, problem: error.text }
  }
}
