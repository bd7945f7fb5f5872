import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { isDay } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { Exports } from '../../../web/components/exports.tsx'
import { Field } from '../../../web/components/field.tsx'
import {
  BulkBar,
  type Chip,
  Filters,
  LiveUpdates,
  Pagination,
} from '../../../web/components/list-tools.tsx'
import { ClockBadge, StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import type { OfficeCalendar } from '../../calendar/office-days.ts'
import { officeCalendar } from '../../calendar/store.ts'
import { directory } from '../../identity/directory.ts'
import type { CaseType } from '../define.ts'
import { stepOf } from '../operations.ts'
import { priorityIn } from '../priority.ts'
import { countCases, type Listed, listCases, nextPage, type Filters as Wanted } from '../queries.ts'
import { type ClockRow, clockOf } from '../store.ts'
import { clockView } from './clock-view.ts'
import { staffChoices } from './desk-case.tsx'
import { inboxSchema } from './desk-filters.ts'
import { PriorityTag } from './priority-tag.tsx'

/** The filters that stand in an inbox's address. */
export function wantedIn(query: Visit['query']): Wanted {
  const given = (name: string) => query[name] || undefined
  // A day that does not exist sets no bound; an address is often cut or typed.
  const day = (name: string) => (isDay(query[name] ?? '') ? query[name] : undefined)
  return {
    state: given('state'),
    item: given('item'),
    agency: given('agency'),
    district: given('district'),
    priority: priorityIn(query.priority),
    q: given('q'),
    after: cursor.test(query.after ?? '') ? query.after : undefined,
    mine: query.mine === '1',
    overdue: query.overdue === '1',
    today: query.today === '1',
    closed: query.closed === 'all' ? 'all' : query.closed === '1',
    counted: query.counted === '1',
    timely: query.timely === '1',
    reopened: query.reopened === '1',
    responded: query.responded === '1',
    from: day('from'),
    to: day('to'),
    closedFrom: day('closedFrom'),
    closedTo: day('closedTo'),
  }
}

/** The filters as they follow an address, with their question mark; nothing where none is set. */
const searchOf = (query: Visit['query']): string => {
  const search = new URLSearchParams(query).toString()
  return search === '' ? '' : `?${search}`
}

/** A time, a case's id and its priority; anything else in an address starts the list anew. */
const cursor =
  /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?\|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(\|(urgent|high|normal))?$/

/** The running clocks of listed cases, by case; the one that is due first. */
export async function dueClocks(ctx: Ctx, listed: readonly { readonly id: string }[]) {
  const found = await rows(
    ctx.db,
    sql<ClockRow>`select k.* from cases.clock k join cases.case c on c.id = k.case_id
      where k.case_id = any (${listed.map(({ id }) => id)}::uuid[]) and k.due = c.next_due`,
  )
  return new Map(found.map((clock) => [clock.case_id, clockOf(clock)]))
}

/** An inbox: what is due first, with its filters in the address. */
export async function inboxPage(type: CaseType, visit: Visit): Promise<Answer> {
  const { view, query, read, platform } = visit
  const wanted = wantedIn(query)
  const shown = await read(type.readBy, async (ctx) => {
    const listed = await listCases(ctx, type.kind, wanted)
    return {
      listed,
      count: await countCases(ctx, type.kind),
      clocks: await dueClocks(ctx, listed),
      calendar: await officeCalendar(ctx),
      agencies: await directory(ctx),
      staff: await staffChoices(ctx, visit.actor.agency),
      now: ctx.now,
    }
  })
  const base = `/desk/${type.kind}`
  const search = searchOf(query)
  const here = `${base}${search}`
  const bulk = Object.entries(type.transitions).find(
    ([, step]) => 'assignee' in step.input.properties,
  )
  const mayAssign = bulk !== undefined && may(visit.actor, bulk[1].by)
  const schema = inboxSchema(type, platform.city, shown.agencies)
  const next = nextPage(shown.listed, Boolean(wanted.closed))
  const title = pick(type.title, view.locale)
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <p class="soft">
          {view.t(
            `未結 ${shown.count.open} 件，逾期 ${shown.count.overdue} 件，我的 ${shown.count.mine} 件`,
            `${shown.count.open} open, ${shown.count.overdue} overdue, ${shown.count.mine} mine`,
          )}
        </p>
        <Filters
          view={view}
          action={base}
          schema={schema}
          values={query}
          chips={chipsOf(schema, query, base)}
        />
        <LiveUpdates view={view} events={`/live?topic=cases:${type.kind}`} href={here} />
        <CaseTable view={view} type={type} {...shown} pickable={mayAssign} />
        {mayAssign ? (
          <BulkBar view={view} id="bulk" action={`${base}/bulk${search}`}>
            <Field
              view={view}
              name="assignee"
              required
              property={{
                title: { zh: '分派給', en: 'Assign to' },
                widget: 'select',
                options: shown.staff,
              }}
            />
            <Button look="primary">{view.t('分派', 'Assign')}</Button>
          </BulkBar>
        ) : null}
        <Pagination
          view={view}
          shown={view.t(`本頁 ${shown.listed.length} 件`, `${shown.listed.length} on this page`)}
          {...(next && { older: `${base}?${new URLSearchParams({ ...query, after: next })}` })}
        />
        <Exports view={view} base={`${base}/export`} query={query} />
      </Page>
    ),
  }
}

function chipsOf(
  schema: ReturnType<typeof inboxSchema>,
  query: Visit['query'],
  base: string,
): Chip[] {
  return Object.entries(query).flatMap(([name, value]) => {
    const property = schema.properties[name]
    if (!value || !property) return []
    const option = property.options?.find((one) => one.value === value)
    const rest = Object.entries(query).filter(([other]) => other !== name && other !== 'after')
    const title = property.title as { zh: string; en: string }
    return [
      {
        label: option?.label ?? { zh: `${title.zh}：${value}`, en: `${title.en}: ${value}` },
        without: `${base}?${new URLSearchParams(Object.fromEntries(rest))}`,
      },
    ]
  })
}

type TableProps = {
  view: View
  type: CaseType
  listed: readonly Listed[]
  clocks: Awaited<ReturnType<typeof dueClocks>>
  calendar: OfficeCalendar
  now: Date
  agencies: Awaited<ReturnType<typeof directory>>
  pickable: boolean
}

const CaseTable = ({ view, type, listed, clocks, calendar, now, ...props }: TableProps) => (
  <DataTable
    view={view}
    caption={pick(type.title, view.locale)}
    hideCaption
    rows={listed}
    rowKey={(one) => one.no}
    {...(props.pickable && {
      pick: { form: 'bulk', name: 'case', label: (one: Listed) => one.no },
    })}
    empty={
      <EmptyState title={view.t('這裡沒有案件', 'No cases here')}>
        <p>
          {view.t(
            '有新案件分到貴機關時會出現在這裡；也可以放寬上面的篩選。',
            'New cases of your agency appear here; or widen the filter above.',
          )}
        </p>
      </EmptyState>
    }
    columns={[
      {
        key: 'no',
        label: { zh: '案號', en: 'Number' },
        cell: (one) => (
          <a href={view.href(`/desk/${type.kind}/${one.no}`)} data-open class="number-link">
            {one.no}
          </a>
        ),
      },
      {
        key: 'subject',
        label: { zh: '主旨', en: 'Subject' },
        cell: (one) => (
          <>
            <PriorityTag view={view} priority={one.priority} /> {one.subject}
          </>
        ),
      },
      {
        key: 'state',
        label: { zh: '狀態', en: 'State' },
        cell: (one) => (
          <StateTag
            view={view}
            tone={one.open ? 'info' : 'ok'}
            label={type.states[one.state]?.title ?? { zh: one.state, en: one.state }}
          />
        ),
      },
      {
        key: 'clock',
        label: { zh: '期限', en: 'Clock' },
        cell: (one) => {
          const clock = clocks.get(one.id)
          if (clock) return <ClockBadge view={view} clock={clockView(calendar, clock, now)} />
          return one.closed_at ? <When view={view} at={one.closed_at} /> : ''
        },
      },
      {
        key: 'agency',
        label: { zh: '機關', en: 'Agency' },
        cell: (one) => pick(props.agencies.name(one.agency), view.locale),
      },
      { key: 'who', label: { zh: '承辦人', en: 'Officer' }, cell: (one) => one.assignee_name },
      {
        key: 'at',
        label: { zh: '收件', en: 'Received' },
        cell: (one) => <When view={view} at={one.received_at} />,
      },
    ]}
  />
)

/** Assigns the chosen cases one by one, and says which could not be. */
export async function bulkAssign(type: CaseType, visit: Visit): Promise<Answer> {
  const { form, perform, query } = visit
  // Back to the list as it was filtered.
  const back = `/desk/${type.kind}${searchOf(query)}`
  const [name] = Object.entries(type.transitions).find(([, s]) => 'assignee' in s.input.properties)!
  const chosen = form.all('case')
  const assignee = form.get('assignee')
  if (chosen.length === 0 || assignee === '')
    return {
      to: back,
      problem: { zh: '請先勾選案件，再選承辦人。', en: 'Choose cases first, then an officer.' },
    }
  const refused: string[] = []
  for (const no of chosen) {
    try {
      await perform(stepOf(type, name), { case: no, assignee })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused.push(no)
    }
  }
  const done = chosen.length - refused.length
  if (refused.length === 0)
    return { to: back, flash: { zh: `已分派 ${done} 件。`, en: `${done} assigned.` } }
  const list = refused.join('、')
  return {
    to: back,
    problem: {
      zh: `已分派 ${done} 件；這些無法分派：${list}`,
      en: `${done} assigned; these could not be: ${list}`,
    },
  }
}
