import { notFound, Refused } from '../../../core/errors.ts'
import { clockTime } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { followCode, normalNumber } from '../../../core/number.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import type { Errors, Values } from '../../../web/components/fields.tsx'
import { DraftDone, Form } from '../../../web/components/form.tsx'
import type { Tone } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { type Booking, seeBooking } from '../booking.ts'
import { type Venue, venueCode, venuesOf } from '../slots.ts'
import { type Waiting, waitingOf } from '../waiting.ts'
import { detailsPage } from './details.tsx'
import { type BookingKit, holds } from './kit.ts'

/** What a number is: a booking, or a place on the list of a day. */
type Found = { booking?: Booking; waiting?: Waiting; venue: Venue }

/** The page of one number: the details of a hold, a booking, or a place on the waiting list. */
export async function numberPage(
  kit: BookingKit,
  visit: Visit,
  tried: { values: Values; errors: Errors; problem?: Refused } = { values: {}, errors: {} },
): Promise<Answer> {
  const { params } = visit
  const no = normalNumber(params.no ?? '')
  // The code is proven by the cookie; nobody opens a booking by its address alone.
  if (!no || !holds(visit, no)) return { to: `${kit.service.path}/find?number=${params.no}` }
  const found = await findNumber(kit, visit, no)
  if (found.booking?.state === 'held')
    return detailsPage(kit, visit, found.booking, found.venue, tried)
  const page = found.booking ? (
    <BookingPage kit={kit} visit={visit} of={found.booking} venue={found.venue} />
  ) : (
    <WaitingPage kit={kit} visit={visit} of={found.waiting!} venue={found.venue} />
  )
  return { page }
}

function findNumber(kit: BookingKit, visit: Visit, no: string): Promise<Found> {
  return visit.read('public', async (ctx) => {
    const waiting = await waitingOf(ctx, kit.service, no)
    const booking = waiting ? undefined : await seeBooking(ctx, kit.service, no)
    const venues = await venuesOf(ctx, kit.service, true)
    const venue = venues.find(({ id }) => id === (booking ?? waiting)?.venue)
    if (!venue) throw notFound({ zh: `號碼 ${no}`, en: `the number ${no}` })
    return { venue, ...(booking && { booking }), ...(waiting && { waiting }) }
  })
}

type Of<T> = { kit: BookingKit; visit: Visit; of: T; venue: Venue }

const states: Readonly<Record<Booking['state'], { tone: Tone; title: Text }>> = {
  held: { tone: 'soon', title: { zh: '保留中', en: 'Held' } },
  booked: { tone: 'ok', title: { zh: '預約完成', en: 'You have a booking' } },
  attended: { tone: 'rest', title: { zh: '已到場', en: 'Attended' } },
  'no-show': { tone: 'late', title: { zh: '未到場', en: 'Missed' } },
  cancelled: { tone: 'rest', title: { zh: '已取消', en: 'Cancelled' } },
}

const BookingPage = ({ kit, visit, of, venue }: Of<Booking>) => {
  const { view, platform } = visit
  const { path, name } = kit.service
  const { tone, title } = states[of.state]
  const ahead = of.state === 'booked' && of.starts_at > platform.now()
  return (
    <Page view={view} title={`${pick(title, view.locale)} ${of.no}`}>
      <DraftDone view={view} draft={name} />
      <h1>{pick(kit.service.title, view.locale)}</h1>
      <Notice tone={tone} title={pick(title, view.locale)}>
        {ahead ? <p>{pick(kit.bring, view.locale)}</p> : null}
      </Notice>
      <Facts visit={visit} of={of} venue={venue} />
      {ahead ? (
        <>
          <Buttons>
            <ButtonLink href={view.href(`${path}?venue=${venueCode(of.venue)}&move=${of.no}`)}>
              {view.t('改期或換地點', 'Move it')}
            </ButtonLink>
          </Buttons>
          <details class="step">
            <summary>{view.t('取消預約', 'Cancel the booking')}</summary>
            <Form view={view} action={`${path}/${of.no}/cancel`}>
              <p>
                {view.t(
                  '取消後，這個時段會讓給候補的人。',
                  'The time then goes to somebody who waits.',
                )}
              </p>
              <Buttons>
                <Button look="danger">{view.t('確定取消', 'Cancel it')}</Button>
              </Buttons>
            </Form>
          </details>
        </>
      ) : (
        <Buttons>
          <ButtonLink href={view.href(path)}>{view.t('再預約', 'Book again')}</ButtonLink>
        </Buttons>
      )}
    </Page>
  )
}

const Facts = ({ visit, of, venue }: Omit<Of<Booking>, 'kit'>) => {
  const { view, platform } = visit
  return (
    <SummaryList
      view={view}
      rows={[
        {
          label: { zh: '時間', en: 'When' },
          answer: (
            <strong>
              <When view={view} at={of.starts_at} time />
              {view.t('至', ' to ')}
              {clockTime(of.ends_at)}
            </strong>
          ),
        },
        {
          label: { zh: '地點', en: 'Where' },
          answer: [venue.name, venue.address]
            .map((text) => pick(text, view.locale))
            .join(view.t('，', ', ')),
        },
        { label: { zh: '預約號碼', en: 'Number' }, answer: <strong>{of.no}</strong> },
        {
          label: { zh: '查詢碼', en: 'Code' },
          answer: <Code view={view} secret={platform.config.secret} no={of.no} />,
        },
        { label: { zh: '姓名', en: 'Name' }, answer: of.name },
      ]}
    />
  )
}

const Code = ({ view, secret, no }: { view: View; secret: Buffer; no: string }) => (
  <>
    <code class="code">{followCode(secret, no)}</code>{' '}
    <span class="soft">
      {view.t(
        '換手機或電腦時，用號碼和這個碼開啟。請不要給別人。',
        'On another device the number and this code open it. Keep it to yourself.',
      )}
    </span>
  </>
)

const WaitingPage = ({ kit, visit, of, venue }: Of<Waiting>) => {
  const { view, platform } = visit
  const { path, name } = kit.service
  return (
    <Page view={view} title={view.t(`候補 ${of.no}`, `Waiting list ${of.no}`)}>
      <DraftDone view={view} draft={`${name}-wait`} />
      <h1>{view.t('候補登記', 'The waiting list')}</h1>
      {of.left_at ? (
        <Notice tone="rest" title={view.t('您已退出候補。', 'You left the list.')} />
      ) : (
        <Notice
          tone="info"
          title={view.t(`您是第 ${of.position} 位`, `You are number ${of.position}`)}
        >
          <p>
            {of.email
              ? view.t(
                  '有空位時會寄電子郵件給您，請在信上的時間前確認。',
                  'When a place is free we write to you; confirm by the time in the letter.',
                )
              : view.t(
                  '您沒有留電子郵件；有空位時由櫃檯以電話聯絡。',
                  'You left no e-mail address; the desk calls when a place is free.',
                )}
          </p>
        </Notice>
      )}
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '日期', en: 'Day' }, answer: <When view={view} at={of.date} /> },
          { label: { zh: '地點', en: 'Where' }, answer: pick(venue.name, view.locale) },
          { label: { zh: '候補號碼', en: 'Number' }, answer: <strong>{of.no}</strong> },
          {
            label: { zh: '查詢碼', en: 'Code' },
            answer: <Code view={view} secret={platform.config.secret} no={of.no} />,
          },
        ]}
      />
      {of.left_at ? null : (
        <Form view={view} action={`${path}/${of.no}/leave`}>
          <Buttons>
            <Button>{view.t('退出候補', 'Leave the list')}</Button>
          </Buttons>
        </Form>
      )}
    </Page>
  )
}

/** Cancels, or leaves the list; a refusal is a sentence on the next page. */
export async function giveBack(
  kit: BookingKit,
  visit: Visit,
  what: 'cancel' | 'leave',
): Promise<Answer> {
  const no = normalNumber(visit.params.no ?? '') ?? ''
  const { path } = kit.service
  if (!holds(visit, no)) throw notFound({ zh: `號碼 ${no}`, en: `the number ${no}` })
  try {
    await visit.perform(kit.common[what], { no })
    const flash = { zh: '已取消。', en: 'It is cancelled.' }
    return { to: `${path}/${no}`, flash }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to: `${path}/${no}`, problem: error.text }
  }
}

/** Moves a booking to the chosen time. */
export async function takeMove(kit: BookingKit, visit: Visit): Promise<Answer> {
  const no = normalNumber(visit.params.no ?? '') ?? ''
  const { path } = kit.service
  if (!holds(visit, no)) throw notFound({ zh: `號碼 ${no}`, en: `the number ${no}` })
  try {
    await visit.perform(kit.move, { no, slot: Number(visit.form.get('slot')) })
    return { to: `${path}/${no}`, flash: { zh: '已改期。', en: 'It is moved.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to: `${path}/${no}`, problem: error.text }
  }
}
