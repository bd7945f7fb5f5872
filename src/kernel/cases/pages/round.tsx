import { may } from '../../../core/operation.ts'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { officeCalendar } from '../../calendar/store.ts'
import type { CaseType } from '../define.ts'
import { namesFor } from '../open.ts'
import { cityPlaces } from '../pack.ts'
import { timeline } from '../queries.ts'
import { byDue, byWay, mostOnRound, roundOf } from '../round.ts'
import { dueClocks } from './desk-inbox.tsx'
import { type OnRound, RoundCard } from './round-card.tsx'
import { RoundQueue } from './round-queue.tsx'

/** The kinds of case that the person of a visit works on at the place. */
export const roundTypes = (types: readonly CaseType[], { actor }: Visit): readonly CaseType[] =>
  types.filter((type) => type.transitions.visit && may(actor, `${type.kind}.work`))

/**
 * The day's round: the person's open cases in the order of a way, each with what is needed at the
 * place. No contact of whoever reported it, and of a secret case only where it is: the page is kept
 * on a telephone for when there is no network.
 */
export async function roundPage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { view, query } = visit
  const found = (await Promise.all(roundTypes(types, visit).map((t) => readRound(t, visit)))).flat()
  const { now } = visit.platform
  const dueFirst = query.order === 'due'
  const sorted = (dueFirst ? byDue : byWay)(found.map((one) => ({ ...one.row, one })))
  const title = view.t('我的巡查', 'My round')
  const districts = new Map(cityPlaces(visit.platform.city).districts.map((d) => [d.code, d.name]))
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <div
          data-island={view.assets.island('round')}
          data-round={visit.actor.id}
          data-made={now().toISOString()}
        >
          <h1>{title}</h1>
          <p class="soft">
            {view.t(`${sorted.length} 件，`, `${sorted.length} cases, as of `)}
            <When view={view} at={now()} time />
            {view.t(' 的資料', '')}
          </p>
          <RoundQueue view={view} />
          <Order view={view} dueFirst={dueFirst} />
          {found.some(({ many }) => many) ? <TooMany view={view} /> : null}
          {sorted.length === 0 ? <Nothing view={view} /> : null}
          <ol class="round">
            {sorted.map(({ one, district }) => (
              <RoundCard
                key={one.row.no}
                visit={visit}
                found={one}
                district={district ? districts.get(district) : undefined}
              />
            ))}
          </ol>
          <KeptHere view={view} />
        </div>
      </Page>
    ),
  }
}

async function readRound(type: CaseType, visit: Visit): Promise<OnRound[]> {
  return visit.read(type.readBy, async (ctx) => {
    const listed = await roundOf(ctx, type)
    const clocks = await dueClocks(ctx, listed)
    const [calendar, names] = [await officeCalendar(ctx), await namesFor(ctx, type)]
    const found: OnRound[] = []
    for (const row of listed)
      found.push({
        row,
        type,
        names,
        calendar,
        now: ctx.now,
        clock: clocks.get(row.id),
        lines: row.confidential ? [] : await timeline(ctx, row.id, true),
        many: listed.length === mostOnRound,
      })
    return found
  })
}

const Order = ({ view, dueFirst }: { view: View; dueFirst: boolean }) => (
  <p class="no-print">
    {view.t('順序：', 'Order: ')}
    {dueFirst ? (
      <a href={view.href('/desk/round')}>{view.t('依路線', 'by way')}</a>
    ) : (
      <strong>{view.t('依路線', 'by way')}</strong>
    )}
    {view.t('、', ', ')}
    {dueFirst ? (
      <strong>{view.t('依急迫與期限', 'by what presses')}</strong>
    ) : (
      <a href={view.href('/desk/round?order=due')}>{view.t('依急迫與期限', 'by what presses')}</a>
    )}
  </p>
)

const TooMany = ({ view }: { view: View }) => (
  <p class="hint">
    {view.t(
      `每類最多列 ${mostOnRound} 件，最急的在前。其他的請在收件匣找。`,
      `At most ${mostOnRound} of each kind, the most pressing first. Find the rest in the inbox.`,
    )}
  </p>
)

const Nothing = ({ view }: { view: View }) => (
  <EmptyState title={view.t('巡查單是空的', 'Your round is empty')}>
    <p>
      {view.t(
        '分派給您的案件會自動列在這裡；其他案件可在案件頁按「排入我的巡查」。',
        'Cases assigned to you stand here by themselves; put others here from their own page.',
      )}
    </p>
  </EmptyState>
)

const KeptHere = ({ view }: { view: View }) => (
  <Notice tone="info" title={view.t('離線時也能用', 'It works without a network')}>
    <p>
      {view.t(
        '有網路時開過這一頁，案件內容就存在這台裝置的瀏覽器裡，沒有網路也打得開，最多 24 小時，登出就清除。不存民眾的聯絡方式；要求保密的案件只存地點。',
        'Opened with a network, this page stays in this browser for 24 hours at most, until you ' +
          'sign out. No contact of a person is kept, and of a secret case only the place.',
      )}
    </p>
    <p>
      <strong>
        {view.t(
          '和別人共用的手機或平板，用完請登出。',
          'On a telephone or tablet that others use, too, sign out when you are done.',
        )}
      </strong>
    </p>
  </Notice>
)
