import { clockTime } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { Button } from '../../../web/components/button.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { StateTag, type Tone } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { Visit } from '../../../web/pages.ts'
import type { Booking } from '../booking.ts'
import type { Waiting } from '../waiting.ts'
import type { DeskKit, Flag } from './kit.ts'

type Here = { venue: string; date: string }

type DayProps = {
  kit: DeskKit
  visit: Visit
  here: Here
  now: Date
  bookings: readonly Booking[]
  flags: ReadonlyMap<string, Flag>
  /** The number that was searched. */
  sought?: string | undefined
}

/** The bookings of a day with what may be done with each. */
export const DayTable = (props: DayProps) => {
  const { visit, bookings } = props
  const { view } = visit
  return (
    <DataTable
      view={view}
      caption={view.t('當日預約', 'Bookings of the day')}
      hideCaption
      rows={bookings}
      rowKey={({ no }) => no}
      {...(props.sought && { current: props.sought })}
      empty={
        <EmptyState title={view.t('這一天還沒有預約', 'No bookings on this day yet')}>
          <p>
            {view.t(
              '市民預約後會出現在這裡；沒有預約的人可在下面登記。',
              'Bookings appear here; take those who walk in beneath.',
            )}
          </p>
        </EmptyState>
      }
      columns={dayColumns(props)}
    />
  )
}

const noWay: Text = { zh: '', en: '' }

const dayColumns = (props: DayProps): Column<Booking>[] => {
  const { flags, now } = props
  const { view } = props.visit
  return [
    {
      key: 'time',
      label: { zh: '時間', en: 'Time' },
      cell: ({ starts_at }) => clockTime(starts_at),
    },
    {
      key: 'person',
      label: { zh: '預約人', en: 'Who' },
      cell: (one) => (
        <>
          {one.name ?? view.t('（填寫資料中）', '(being written)')}
          {one.people > 1 ? view.t(`等 ${one.people} 人`, ` and ${one.people - 1} more`) : null}
          <br />
          <span class="soft">
            {one.no} {one.phone} {pick(flags.get(one.id)?.way ?? noWay, view.locale)}
          </span>
        </>
      ),
    },
    {
      key: 'provider',
      label: { zh: '服務人員', en: 'Served by' },
      cell: ({ provider_name }) => provider_name,
    },
    {
      key: 'state',
      label: { zh: '狀態', en: 'State' },
      cell: (one) => {
        const { tone, label } = stateOf(one, now)
        const flag = flags.get(one.id)?.warning
        return (
          <>
            <StateTag view={view} tone={tone} label={label} />
            {flag ? <StateTag view={view} tone="late" label={flag} /> : null}
          </>
        )
      },
    },
    {
      key: 'acts',
      label: { zh: '辦理', en: 'Do' },
      cell: (one) => (one.state === 'booked' ? <Acts {...props} booking={one} /> : null),
    },
  ]
}

function stateOf(one: Booking, now: Date): { tone: Tone; label: Text } {
  if (one.state === 'attended') return { tone: 'ok', label: { zh: '完成', en: 'Done' } }
  if (one.state === 'no-show') return { tone: 'rest', label: { zh: '未到', en: 'Missed' } }
  if (one.state === 'held') return { tone: 'rest', label: { zh: '保留中', en: 'Held' } }
  if (one.arrived_at) return { tone: 'info', label: { zh: '已報到', en: 'Here' } }
  return one.starts_at < now
    ? { tone: 'soon', label: { zh: '還沒到', en: 'Not here yet' } }
    : { tone: 'info', label: { zh: '已預約', en: 'Booked' } }
}

const Acts = (props: DayProps & { booking: Booking }) => {
  const { kit, visit, here, now, booking, flags } = props
  const { view } = visit
  const today = here.date === new Date(+now + 28_800_000).toISOString().slice(0, 10)
  const begun = booking.starts_at <= now
  return (
    <form
      class="row-acts"
      method="post"
      action={view.href(`${kit.path}/${booking.no}/${booking.arrived_at ? 'finish' : 'arrive'}`)}
    >
      <input type="hidden" name="venue" value={here.venue} />
      <input type="hidden" name="date" value={here.date} />
      {today && booking.arrived_at ? (
        <select
          class="box"
          name="topic"
          aria-label={view.t(`${booking.no} 的類別`, `Topic of ${booking.no}`)}
        >
          {kit.topics(visit).map(({ code, name }) => (
            <option key={code} value={code} selected={flags.get(booking.id)?.topic === code}>
              {pick(name, view.locale)}
            </option>
          ))}
        </select>
      ) : null}
      {today ? (
        <Button>
          {booking.arrived_at ? view.t('完成', 'Finish') : view.t('報到', 'Check in')}
        </Button>
      ) : null}
      {today && begun && !booking.arrived_at ? (
        <Button formAction={view.href(`${kit.path}/${booking.no}/miss`)}>
          {view.t('未到', 'No-show')}
        </Button>
      ) : null}
      {begun ? null : (
        <Button formAction={view.href(`${kit.path}/${booking.no}/cancel`)}>
          {view.t('取消', 'Cancel')}
        </Button>
      )}
    </form>
  )
}

/** Who waits for a place on the day. */
export const WaitingTable = ({ visit, waiting }: { visit: Visit; waiting: readonly Waiting[] }) => {
  const { view } = visit
  if (waiting.length === 0) return null
  return (
    <DataTable
      view={view}
      caption={view.t('候補名單', 'Waiting list')}
      rows={waiting}
      rowKey={({ no }) => no}
      empty={null}
      columns={[
        {
          key: 'position',
          label: { zh: '順位', en: 'Place' },
          cell: ({ position }) => position,
        },
        {
          key: 'who',
          label: { zh: '候補人', en: 'Who' },
          cell: ({ name, phone, no }) => (
            <>
              {name}
              <br />
              <span class="soft">
                {no} {phone}
              </span>
            </>
          ),
        },
        {
          key: 'since',
          label: { zh: '登記時間', en: 'Since' },
          cell: ({ joined_at }) => <When view={view} at={joined_at} time />,
        },
        {
          key: 'reach',
          label: { zh: '通知方式', en: 'Told by' },
          cell: ({ email }) =>
            email ? view.t('電子郵件', 'E-mail') : view.t('請打電話', 'Please call'),
        },
      ]}
    />
  )
}
