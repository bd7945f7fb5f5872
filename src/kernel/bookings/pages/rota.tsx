import { Refused } from '../../../core/errors.ts'
import { isoDate } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import { Button } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Tabs } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { type Duty, type Provider, poolOf, rotaOf } from '../rota.ts'
import { venueCode } from '../slots.ts'
import { noVenue, venueInHand } from './desk.tsx'
import type { DeskKit } from './kit.ts'

/** Who serves at a venue in the coming two weeks; a duty can be handed on or left empty. */
export async function rotaPage(kit: DeskKit, visit: Visit): Promise<Answer> {
  const { view, platform } = visit
  const { venues, venue } = await venueInHand(kit, visit)
  const title = view.t('班表', 'Rota')
  if (!venue) return noVenue(visit, title)
  const from = isoDate(platform.now())
  const to = isoDate(new Date(+platform.now() + 14 * 86_400_000))
  const { duties, pool } = await visit.read(`${kit.service.name}.rota`, async (ctx) => ({
    duties: await rotaOf(ctx, venue.id, from, to),
    pool: await poolOf(ctx, kit.service),
  }))
  const page = (
    <Page view={view} title={`${title} ${pick(venue.name, view.locale)}`} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: `${kit.path}?venue=${venueCode(venue.id)}`, label: kit.service.title }]}
      />
      <h1>{title}</h1>
      <p>
        {view.t(
          '服務場次最少的人優先。無人可值班時，預約移到同時段的其他人，沒有空位就寄信取消。',
          'Whoever served least comes first. When nobody can serve, bookings move to another ' +
            'at the same time, or are cancelled by letter.',
        )}
      </p>
      <Tabs
        view={view}
        label={view.t('地點', 'Venues')}
        items={venues.map((one) => ({
          href: `${kit.path}/rota?venue=${venueCode(one.id)}`,
          label: one.name,
          current: one.id === venue.id,
        }))}
      />
      <DutyTable {...{ kit, visit, duties, pool }} />
    </Page>
  )
  return { page }
}

const DutyTable = (props: {
  kit: DeskKit
  visit: Visit
  duties: readonly Duty[]
  pool: readonly Provider[]
}) => {
  const { kit, visit, duties, pool } = props
  const { view } = visit
  return (
    <DataTable
      view={view}
      caption={view.t('未來兩週的班表', 'The next two weeks')}
      hideCaption
      rows={duties}
      rowKey={(one) => `${one.session} ${one.date} ${one.seat}`}
      empty={<EmptyState title={view.t('還沒有排班', 'No rota yet')} />}
      columns={[
        {
          key: 'date',
          label: { zh: '日期', en: 'Day' },
          cell: ({ date }) => <When view={view} at={date} />,
        },
        {
          key: 'time',
          label: { zh: '時間', en: 'Time' },
          cell: (one) => `${time(one.from_minute)}-${time(one.to_minute)}`,
        },
        {
          key: 'who',
          label: { zh: '值班', en: 'On duty' },
          cell: (one) => (
            <DutyForm
              {...{ kit, visit, pool }}
              duty={one}
              busy={duties.filter(({ date }) => date === one.date)}
            />
          ),
        },
      ]}
    />
  )
}

const time = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

const DutyForm = (props: {
  kit: DeskKit
  visit: Visit
  duty: Duty
  pool: readonly Provider[]
  busy: readonly Duty[]
}) => {
  const { kit, visit, duty, pool } = props
  const { view } = visit
  const busy = new Set(props.busy.map(({ provider }) => provider))
  const free = pool.filter(({ id }) => id === duty.provider || !busy.has(id))
  return (
    <form class="row-acts" method="post" action={view.href(`${kit.path}/rota`)}>
      <input type="hidden" name="venue" value={venueCode(duty.venue)} />
      <input type="hidden" name="session" value={duty.session} />
      <input type="hidden" name="date" value={duty.date} />
      <input type="hidden" name="seat" value={duty.seat} />
      <select
        class="box"
        name="provider"
        aria-label={view.t(
          `${duty.date} ${time(duty.from_minute)} 第 ${duty.seat} 位`,
          `${duty.date} ${time(duty.from_minute)}, place ${duty.seat}`,
        )}
      >
        <option value="" selected={duty.provider === null}>
          {view.t('無人可值班', 'Nobody')}
        </option>
        {free.map(({ id, name, duties }) => (
          <option key={id} value={id} selected={id === duty.provider}>
            {name} · {duties}
          </option>
        ))}
      </select>
      <Button>{view.t('更換', 'Change')}</Button>
    </form>
  )
}

/** Hands a duty on, or leaves it empty and says what became of its bookings. */
export async function takeDuty(kit: DeskKit, visit: Visit): Promise<Answer> {
  const { form } = visit
  const to = `${kit.path}/rota?venue=${form.get('venue')}`
  const provider = form.get('provider')
  const at = {
    session: form.get('session'),
    date: form.get('date'),
    seat: Number(form.get('seat')),
    ...(provider && { provider }),
  }
  try {
    const { moved, cancelled } = await visit.perform(kit.common.changeDuty, at)
    return {
      to,
      flash: {
        zh: `班表已更換；移動 ${moved} 筆預約，取消並通知 ${cancelled} 筆。`,
        en: `Changed; ${moved} bookings moved, ${cancelled} cancelled by letter.`,
      },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to, problem: error.text }
  }
}
