import type { Refused } from '../../../core/errors.ts'
import { clockTime, isDay } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { Door } from '../../../web/components/door.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { type FreeSlot, slotsAhead, type Venue, venueCode, venueId, venuesOf } from '../slots.ts'
import { type BookingKit, holds } from './kit.ts'

type Chosen = {
  readonly kit: BookingKit
  readonly visit: Visit
  readonly venues: readonly Venue[]
  readonly slots: readonly FreeSlot[]
  readonly venue: Venue | undefined
  readonly date: string | undefined
  /** The booking that is moved, when one is. */
  readonly moving: string | undefined
  /** The call or the chat that it comes from, by its id. */
  readonly via: string
  readonly problem?: Refused | undefined
}

/**
 * Venue, day, time: one address whose query says how far one is, so that a day at a venue can be
 * linked to (`?venue=…&date=…`).
 */
export async function choosePage(
  kit: BookingKit,
  visit: Visit,
  problem?: Refused,
): Promise<Answer> {
  const { query } = visit
  const { service } = kit
  const asked = isDay(query.date ?? '') ? query.date : undefined
  const { venues, slots } = await visit.read('public', async (ctx) => ({
    venues: await venuesOf(ctx, service),
    slots: await slotsAhead(ctx, service),
  }))
  const venue = venues.find(({ id }) => id === venueId(service, query.venue ?? ''))
  const moving = normalNumber(query.move ?? '')
  const chosen: Chosen = {
    ...{ kit, visit, venues, slots, venue, problem, via: query.via ?? '' },
    date: asked,
    moving: moving && holds(visit, moving) ? moving : undefined,
  }
  return { page: <ChoosePage {...chosen} />, status: problem ? problem.status : 200 }
}

const ChoosePage = (chosen: Chosen) => {
  const { kit, visit, venue, date, moving, problem } = chosen
  const { view } = visit
  const title = pick(kit.service.title, view.locale)
  const step = !venue
    ? view.t('選地點', 'choose a venue')
    : date
      ? view.t('選時間', 'choose a time')
      : view.t('選日期', 'choose a day')
  return (
    <Page view={view} title={view.t(`預約${title}：${step}`, `${title}: ${step}`)}>
      {venue ? <Crumbs {...chosen} /> : null}
      <h1>{moving ? view.t(`改期 ${moving}`, `Move ${moving}`) : title}</h1>
      {venue ? null : <p class="lead">{pick(kit.lead, view.locale)}</p>}
      {problem ? <Notice tone="late" title={pick(problem.text, view.locale)} /> : null}
      {!venue ? <VenueList {...chosen} /> : date ? <Times {...chosen} /> : <Days {...chosen} />}
      <p>
        <a href={view.href(`${kit.service.path}/find`)}>
          {view.t('查詢、改期或取消預約', 'Find, move or cancel a booking')}
        </a>
      </p>
    </Page>
  )
}

/** The address of a choice; what is moved, and what it comes from, stays in hand. */
const to = ({ kit, moving, via }: Chosen, choice: { venue?: string; date?: string }): string => {
  const query = new URLSearchParams()
  if (choice.date) query.set('date', choice.date)
  if (choice.venue) query.set('venue', venueCode(choice.venue))
  if (moving) query.set('move', moving)
  if (via) query.set('via', via)
  const text = query.toString()
  return text ? `${kit.service.path}?${text}` : kit.service.path
}

const Crumbs = (chosen: Chosen) => {
  const { kit, visit, venue, date } = chosen
  const items = [{ href: to(chosen, {}), label: kit.service.title }]
  if (venue && date) items.push({ href: to(chosen, { venue: venue.id }), label: venue.name })
  return <Breadcrumbs view={visit.view} items={items} />
}

const freeOf = (slots: readonly FreeSlot[]) => slots.reduce((sum, { free }) => sum + free, 0)

const VenueList = (chosen: Chosen) => {
  const { visit, venues, slots, date } = chosen
  const { view } = visit
  const onDay = date ? slots.filter((slot) => slot.date === date) : slots
  return (
    <>
      <h2>
        {date ? (
          <>
            <When view={view} at={date} /> {view.t('在哪裡諮詢？', 'Where?')}
          </>
        ) : (
          view.t('在哪裡諮詢？', 'Where?')
        )}
      </h2>
      {venues.length === 0 ? (
        <EmptyState title={view.t('預約還沒有開放', 'Booking is not open yet')}>
          <p>
            {view.t(
              '時段開放後會列在這裡，請稍後再來。',
              'Times will be listed here as soon as they are open.',
            )}
          </p>
        </EmptyState>
      ) : null}
      <ul class="doors">
        {venues.map((venue) => {
          const own = onDay.filter((slot) => slot.venue === venue.id)
          const next = own.find(({ free }) => free > 0)
          return (
            <Door
              key={venue.id}
              view={view}
              href={to(chosen, { venue: venue.id, ...(date && { date }) })}
              icon="pin"
              title={venue.name}
            >
              {next ? (
                <>
                  {view.t('最近可約：', 'Next free: ')}
                  <When view={view} at={next.starts_at} time />
                </>
              ) : own.length > 0 ? (
                view.t('已約滿，可以候補', 'Full; there is a waiting list')
              ) : (
                view.t('目前沒有開放的時段', 'No times are open')
              )}
            </Door>
          )
        })}
      </ul>
    </>
  )
}

const Days = (chosen: Chosen) => {
  const { visit, slots, venue } = chosen
  const { view } = visit
  const days = Map.groupBy(
    slots.filter((slot) => slot.venue === venue?.id),
    ({ date }) => date,
  )
  return (
    <>
      <h2>
        {venue ? pick(venue.name, view.locale) : null} {view.t('哪一天？', 'Which day?')}
      </h2>
      {days.size === 0 ? <NothingOpen {...chosen} /> : null}
      <ul class="days">
        {[...days].map(([date, own]) => (
          <li key={date}>
            <a href={view.href(to(chosen, { venue: venue!.id, date }))}>
              <strong>
                <When view={view} at={date} />
              </strong>
              <span class={freeOf(own) > 0 ? undefined : 'soft'}>
                {freeOf(own) > 0
                  ? view.t(`還有 ${freeOf(own)} 個`, `${freeOf(own)} free`)
                  : view.t('額滿，可候補', 'Full; waiting list')}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

const NothingOpen = ({ kit, visit, venue }: Chosen) => {
  const { view } = visit
  return (
    <EmptyState title={view.t('這裡目前沒有開放的時段', 'No times are open here')}>
      <p>
        {view.t(
          `${venue ? venue.name.zh : ''}的新時段每天開放，也可以先看別的地點。`,
          'New times open every day; another venue may have some now.',
        )}
      </p>
      <Buttons>
        <ButtonLink href={view.href(kit.service.path)}>
          {view.t('看其他地點', 'Other venues')}
        </ButtonLink>
      </Buttons>
    </EmptyState>
  )
}

const Times = (chosen: Chosen) => {
  const { kit, visit, slots, venue, date, moving, via } = chosen
  const { view } = visit
  const own = slots.filter((slot) => slot.venue === venue!.id && slot.date === date)
  const free = own.filter((slot) => slot.free > 0)
  const action = moving ? `${kit.service.path}/${moving}/move` : `${kit.service.path}/hold`
  return (
    <>
      <h2>{pick(venue!.name, view.locale)}</h2>
      <p class="lead">
        <When view={view} at={date!} />
      </p>
      {own.length === 0 ? (
        <Notice
          tone="soon"
          title={view.t('這一天沒有開放預約的時段。', 'No times can be booked on this day.')}
        />
      ) : null}
      {own.length > 0 && free.length === 0 ? <Full {...chosen} /> : null}
      {free.length > 0 ? (
        <form method="post" action={view.href(action)}>
          <input type="hidden" name="venue" value={venueCode(venue!.id)} />
          <input type="hidden" name="date" value={date} />
          {via ? <input type="hidden" name="via" value={via} /> : null}
          <div class="times">
            {free.map((slot) => (
              <button class="button" type="submit" name="slot" value={slot.id} key={slot.id}>
                {clockTime(slot.starts_at)}
              </button>
            ))}
          </div>
        </form>
      ) : null}
      <p>
        <a href={view.href(to(chosen, { venue: venue!.id }))}>
          {view.t('選別的日期', 'Choose another day')}
        </a>
      </p>
    </>
  )
}

const Full = ({ kit, visit, venue, date }: Chosen) => {
  const { view } = visit
  const query = `venue=${venueCode(venue!.id)}&date=${date}`
  return (
    <EmptyState title={view.t('這一天已經額滿', 'This day is full')} icon="clock">
      <p>
        {view.t(
          '登記候補後，有人取消就依序通知您。',
          'Join the waiting list: when somebody cancels, we ask in turn.',
        )}
      </p>
      <Buttons>
        <ButtonLink look="primary" href={view.href(`${kit.service.path}/wait?${query}`)}>
          {view.t('登記候補', 'Join the waiting list')}
        </ButtonLink>
      </Buttons>
    </EmptyState>
  )
}
