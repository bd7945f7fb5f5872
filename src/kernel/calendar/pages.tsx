import { sql } from 'kysely'
import { rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { rocDay } from '../../core/format.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { closeOffices } from './store.ts'

const path = '/desk/calendar'
const permission = 'calendar.revise'

/** Announcing a day without office, such as for a typhoon: open deadlines move by themselves. */
export const calendarPages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: (visit) => calendarPage(visit) },
  { method: 'POST', path, permission, run: takeClosure },
]

const schema: ObjectSchema = {
  properties: {
    date: { type: 'string', widget: 'date', title: { zh: '哪一天', en: 'Which day' } },
    part: {
      type: 'string',
      widget: 'radio',
      title: { zh: '停班時段', en: 'Part of the day' },
      options: [
        { value: 'day', label: { zh: '整天', en: 'The whole day' } },
        { value: 'morning', label: { zh: '上午', en: 'The morning' } },
        { value: 'afternoon', label: { zh: '下午', en: 'The afternoon' } },
      ],
    },
    reasonZh: {
      type: 'string',
      maxLength: 200,
      title: { zh: '原因（中文）', en: 'Reason, in Chinese' },
      hint: { zh: '民眾會在案件進度看到這句。', en: 'People read it in the history of a case.' },
    },
    reasonEn: {
      type: 'string',
      maxLength: 200,
      title: { zh: '原因（英文）', en: 'Reason, in English' },
    },
  },
  required: ['date', 'part', 'reasonZh', 'reasonEn'],
}

const parts: Readonly<Record<string, { fromMinute: number; toMinute: number }>> = {
  day: { fromMinute: 0, toMinute: 1440 },
  morning: { fromMinute: 0, toMinute: 720 },
  afternoon: { fromMinute: 720, toMinute: 1440 },
}

type Closed = { date: string; from_minute: number; to_minute: number; zh: string; en: string }

async function calendarPage(
  visit: Visit,
  tried?: { readonly values: Values; readonly errors: Errors },
): Promise<Answer> {
  const { view } = visit
  const closed = await visit.read(permission, (ctx) =>
    rows(
      ctx.db,
      sql<Closed>`select date, from_minute, to_minute, reason_zh as zh, reason_en as en
        from calendar.closure order by date desc limit 50`,
    ),
  )
  const page = (
    <Page view={view} title={view.t('停班公告', 'Days without office')} chrome="staff">
      <h1>{view.t('停班公告', 'Days without office')}</h1>
      <p class="soft">
        {view.t(
          '公告後，辦理中案件的期限會依新日曆重算，原因寫進每一案的經過。',
          'Open deadlines are computed anew; the reason goes into the history of each case.',
        )}
      </p>
      <ErrorSummary view={view} errors={tried?.errors ?? {}} />
      <Form view={view} action={path}>
        <Fields
          view={view}
          schema={schema}
          values={tried?.values ?? { part: 'day' }}
          errors={tried?.errors ?? {}}
        />
        <Buttons>
          <Button look="primary">{view.t('公告', 'Announce')}</Button>
        </Buttons>
      </Form>
      <h2>{view.t('已公告', 'Announced')}</h2>
      {closed.length === 0 ? (
        <EmptyState title={view.t('還沒有停班公告', 'None yet')} />
      ) : (
        <ul class="plain">
          {closed.map((one) => (
            <li key={`${one.date} ${one.from_minute}`}>
              {rocDay(new Date(`${one.date}T00:00:00+08:00`), view.locale)}{' '}
              {clockTime(one.from_minute)}–{clockTime(one.to_minute)} {view.t(one.zh, one.en)}
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

async function takeClosure(visit: Visit): Promise<Answer> {
  const { form } = visit
  const names = ['date', 'part', 'reasonZh', 'reasonEn'] as const
  const values = Object.fromEntries(names.map((name) => [name, form.get(name)]))
  const { date, reasonZh, reasonEn } = values
  try {
    const part = parts[form.get('part')] ?? parts.day!
    await visit.perform(closeOffices, { date, reasonZh, reasonEn, ...part })
    return { to: path, flash: { zh: '已公告，期限重算中。', en: 'Announced; deadlines move.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return calendarPage(visit, { values, errors })
  }
}
