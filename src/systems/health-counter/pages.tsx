import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { clockTime, isoDate } from '../../core/format.ts'
import { pick } from '../../core/i18n.ts'
import { dayAt, startOf } from '../../kernel/calendar/office-days.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { LineChart } from '../../web/components/line-chart.tsx'
import { LiveUpdates } from '../../web/components/list-tools.tsx'
import { Stat, Stats } from '../../web/components/stat.tsx'
import { Notice } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { healthPack, hoursOf, isOpenAt } from './hours.ts'
import { tally, undo, undoMinutes } from './operations.ts'

const reasonSchema: ObjectSchema = {
  properties: {
    reason: {
      type: 'string',
      maxLength: 200,
      title: { zh: '為什麼在服務時間外', en: 'Why outside the hours' },
      hint: { zh: '不要寫姓名等個人資料。', en: 'Write nothing about a person.' },
      widget: 'text',
    },
  },
  required: ['reason'],
}

const weeks = 26

type Last = { id: string; kind: string; recorded_at: Date }

async function readDesk(ctx: Ctx) {
  const today = startOf(dayAt(ctx.now))
  const monday = mondayOf(dayAt(ctx.now))
  const since = startOf(monday - (weeks - 1) * 7)
  const counts = await rows(
    ctx.db,
    sql<{ kind: string; n: number }>`select kind, count(*) as n from health_counter.service
      where served_at >= ${today} and annulled_at is null group by kind`,
  )
  const served = await rows(
    ctx.db,
    sql<{ week: number; n: number }>`select
        floor(extract(epoch from served_at - ${since}::timestamptz) / 604800)::int as week,
        count(*) as n
      from health_counter.service
      where served_at >= ${since} and annulled_at is null group by 1`,
  )
  const last = await rows(
    ctx.db,
    sql<Last>`select id, kind, recorded_at from health_counter.service
      where annulled_at is null and recorded_at > ${ctx.now}::timestamptz
          - make_interval(mins => ${undoMinutes})
        and recorded_at = served_at
      order by recorded_at desc limit 3`,
  )
  const byWeek = new Map(served.map(({ week, n }) => [week, n]))
  return {
    ...{ counts, last },
    open: await isOpenAt(ctx, ctx.now),
    hours: await hoursOf(ctx, isoDate(ctx.now)),
    labels: Array.from({ length: weeks }, (_, i) => dayAndMonth(monday - (weeks - 1 - i) * 7)),
    values: Array.from({ length: weeks }, (_, i) => byWeek.get(i) ?? 0),
  }
}

/** `11/23`: short, so that the names of the weeks stand beside one another on a telephone. */
const dayAndMonth = (day: number): string => {
  const [, month, date] = isoDate(startOf(day)).split('-').map(Number)
  return `${month}/${date}`
}

// 1970-01-01 was a Thursday: day -3 was a Monday.
const mondayOf = (day: number): number => day - ((((day + 3) % 7) + 7) % 7)

/** The tally: one large button for each kind; beneath, today's count and the weeks. */
async function tallyPage(visit: Visit, errors: Errors = {}): Promise<Answer> {
  const { view, platform, form } = visit
  const desk = await visit.read('health-counter.tally', readDesk)
  const { kinds } = healthPack(platform.city)
  const title = view.t('保健服務櫃檯', 'Health desk')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      {desk.open ? null : (
        <Notice tone="soon" title={view.t('現在不在服務時間', 'The desk is closed now')}>
          <p>
            {view.t(
              `服務時間：上班日 ${desk.hours.join('、') || '尚未登錄'}。`,
              `Hours: office days ${desk.hours.join(', ') || 'not declared yet'}.`,
            )}
          </p>
        </Notice>
      )}
      <Form view={view} action="/desk/health">
        {desk.open ? null : (
          <Fields
            view={view}
            schema={reasonSchema}
            values={{ reason: form.get('reason') }}
            errors={errors}
          />
        )}
        <div class="tally">
          {kinds.map(({ code, name }) => (
            <Button key={code} name="kind" value={code} look="primary">
              {pick(name, view.locale)} +1
            </Button>
          ))}
        </div>
      </Form>
      <UndoList visit={visit} last={desk.last} />
      <Counts visit={visit} desk={desk} />
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Today's count by kind, and the weeks as a line with their numbers. */
const Counts = ({ visit, desk }: { visit: Visit; desk: Awaited<ReturnType<typeof readDesk>> }) => {
  const { view, platform } = visit
  const { kinds } = healthPack(platform.city)
  return (
    <>
      <h2>{view.t('今天', 'Today')}</h2>
      <Stats>
        {kinds.map(({ code, name }) => (
          <Stat
            key={code}
            view={view}
            label={name}
            value={String(desk.counts.find(({ kind }) => kind === code)?.n ?? 0)}
            unit={{ zh: '人次', en: '' }}
          />
        ))}
      </Stats>
      <LiveUpdates view={view} events="/live?topic=health-counter" href="/desk/health" />
      <LineChart
        view={view}
        id="weeks"
        title={view.t('每週人次', 'Services a week')}
        description={view.t(
          '近 26 週每週的服務人次，以週一的日期標示。',
          'Services in each of the last 26 weeks, named by their Mondays.',
        )}
        labels={desk.labels}
        series={[{ label: { zh: '人次', en: 'Services' }, values: desk.values }]}
      />
    </>
  )
}

const UndoList = ({ visit, last }: { visit: Visit; last: readonly Last[] }) => {
  const { view, platform } = visit
  const names = new Map(healthPack(platform.city).kinds.map(({ code, name }) => [code, name]))
  if (last.length === 0) return null
  return (
    <Form view={view} action="/desk/health/undo">
      <Buttons>
        {last.map(({ id, kind, recorded_at }) => {
          const name = pick(names.get(kind) ?? { zh: kind, en: kind }, view.locale)
          const time = clockTime(recorded_at)
          return (
            <Button icon="refresh" name="id" value={id} key={id}>
              {view.t(`復原 ${time} 的${name}`, `Undo ${name} of ${time}`)}
            </Button>
          )
        })}
      </Buttons>
    </Form>
  )
}

async function take(visit: Visit): Promise<Answer> {
  const { form } = visit
  const reason = form.get('reason')
  try {
    await visit.perform(tally, { kind: form.get('kind'), ...(reason && { reason }) })
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return tallyPage(visit, Object.keys(error.fields).length > 0 ? error.fields : {})
  }
  return { to: '/desk/health', flash: { zh: '已登記一人次。', en: 'Counted.' } }
}

async function takeBack(visit: Visit): Promise<Answer> {
  try {
    await visit.perform(undo, { id: visit.form.get('id') })
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to: '/desk/health', problem: error.text }
  }
  return { to: '/desk/health', flash: { zh: '已復原。', en: 'Undone.' } }
}

const permission = 'health-counter.tally'

/** The pages of the health desk. */
export const healthPages: readonly PageRoute[] = [
  { method: 'GET', path: '/desk/health', permission, run: (visit) => tallyPage(visit) },
  { method: 'POST', path: '/desk/health', permission, run: take },
  { method: 'POST', path: '/desk/health/undo', permission, run: takeBack },
]
