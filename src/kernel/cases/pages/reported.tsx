import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { one, row, rows } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { Timeline } from '../../../web/components/timeline.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Page as PageRoute, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { settleWatch, watchArea } from '../area-watch.ts'
import type { CaseType } from '../define.ts'
import { joinOperation, leaveCase } from '../followers.ts'
import { namesFor } from '../open.ts'
import { cityPlaces } from '../pack.ts'
import type { TimelineRow } from '../queries.ts'
import { holdRecord } from '../store.ts'
import { contactSchema } from './contact-form.ts'
import { isInternal, timelineEvent } from './timeline-view.ts'
import { districtField } from './where-step.tsx'

/** What anyone may see of a public case, “me too”, and news of a district. */
export const reportedPages = (types: readonly CaseType[]): readonly PageRoute[] => {
  const permission = 'public'
  return [
    { method: 'GET', path: '/reported/:no', permission, run: (v) => reportedPage(types, v) },
    { method: 'POST', path: '/reported/:no', permission, run: (v) => join(types, v) },
    { method: 'GET', path: '/leave/:token', permission, run: leavePage },
    { method: 'POST', path: '/leave/:token', permission, run: leave },
    { method: 'GET', path: '/watch', permission, run: (visit) => watchPage(visit) },
    { method: 'POST', path: '/watch', permission, run: watch },
    { method: 'GET', path: '/watch/:token', permission, run: settlePage },
    { method: 'POST', path: '/watch/:token', permission, run: settle },
  ]
}

type Public = {
  no: string
  kind: string
  item: string
  state: string
  open: boolean
  agency: string
  district: string | null
  received_at: Date
  expected_at: Date | null
}

/** A public case without words and people: steps by their sentences, agencies by name. */
async function readPublic(ctx: Ctx, types: readonly CaseType[], no: string) {
  const found = await row(
    ctx.db,
    sql<Public>`select * from cases.public_case where no = ${no} and state <> 'annulled'`,
  )
  const type = types.find(({ kind }) => kind === found?.kind)
  const { id } = await one(ctx.db, sql<{ id: string }>`select cases.public_id(${no}) as id`)
  if (!found || !type || !id) return undefined
  await holdRecord(ctx, id)
  const lines = await rows(
    ctx.db,
    sql<TimelineRow>`select e.seq, e.type, e.at, 'public' as actor, e.data,
        null as actor_name, s.agency as actor_agency, null as statement, null as note,
        '[]'::jsonb as files
      from core.event e left join identity.staff s on s.id::text = e.actor
      where e.record = ${id} order by e.seq`,
  )
  const { followers } = await one(
    ctx.db,
    sql<{ followers: number }>`select count(*)::int as followers from cases.follower
      where case_id = ${id} and left_at is null`,
  )
  return { row: found, type, lines, followers, names: await namesFor(ctx, type) }
}

async function reportedPage(
  types: readonly CaseType[],
  visit: Visit,
  tried?: { values: Values; errors: Errors },
): Promise<Answer> {
  const { view, params, platform } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const found = await visit.read('public', (ctx) => readPublic(ctx, types, no))
  if (!found) throw notFound({ zh: `公開案件 ${params.no}`, en: `the public case ${params.no}` })
  const { row: c, type, names, lines, followers } = found
  const state = type.states[c.state]!
  const district = cityPlaces(platform.city).districts.find(({ code }) => code === c.district)
  const title = pick(names.item(c.item), view.locale)
  const errors = tried?.errors ?? {}
  const events = lines
    .filter((line) => !isInternal(type, line.type))
    .map((line) => timelineEvent(type, names, line, 'reporter'))
  const page = (
    <Page view={view} title={`${title} ${no}`}>
      <p class="soft">
        {no} <StateTag view={view} tone={state.open ? 'info' : 'ok'} label={state.title} />
      </p>
      <h1>{title}</h1>
      <SummaryList
        view={view}
        rows={[
          {
            label: { zh: '行政區', en: 'District' },
            answer: district ? pick(district.name, view.locale) : '',
          },
          {
            label: { zh: '負責機關', en: 'Agency' },
            answer: pick(names.agency(c.agency), view.locale),
          },
          {
            label: { zh: '收件', en: 'Received' },
            answer: <When view={view} at={c.received_at} />,
          },
          {
            label: { zh: '預計完成', en: 'Expected' },
            answer: c.expected_at ? <When view={view} at={new Date(+c.expected_at - 1)} /> : '',
          },
        ]}
      />
      {followers > 0 ? (
        <p>{view.t(`另有 ${followers} 人也遇到。`, `${followers} more said “me too”.`)}</p>
      ) : null}
      {state.open ? (
        <section>
          <h2>{view.t('我也遇到', 'Me too')}</h2>
          <p class="soft">
            {view.t(
              '不用再通報一次。留信箱的話，每一步都會通知您，隨時可以停止。',
              'No need to report it again. With an address you hear of each step.',
            )}
          </p>
          <ErrorSummary view={view} errors={errors} />
          <Form view={view} action={`/reported/${no}`}>
            <Fields
              view={view}
              schema={contactSchema([])}
              values={tried?.values ?? {}}
              errors={errors}
            />
            <Buttons>
              <Button look="primary">{view.t('我也遇到', 'Me too')}</Button>
            </Buttons>
          </Form>
        </section>
      ) : null}
      <h2>{view.t('辦理經過', 'What happened')}</h2>
      <Timeline view={view} events={events.reverse()} />
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

async function join(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, form } = visit
  const no = normalNumber(params.no ?? '') ?? ''
  const found = await visit.read('public', (ctx) =>
    row(ctx.db, sql<{ kind: string }>`select kind from cases.public_case where no = ${no}`),
  )
  const type = types.find(({ kind }) => kind === found?.kind)
  if (!type) throw notFound({ zh: `公開案件 ${params.no}`, en: `the public case ${params.no}` })
  const values = { name: form.get('name'), phone: form.get('phone'), email: form.get('email') }
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
  try {
    await visit.perform(joinOperation(type), { case: no, ...given })
    return {
      to: `/reported/${no}`,
      flash: { zh: '已加入，謝謝您。', en: 'Added. Thank you.' },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500 || error.status === 404) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return reportedPage(types, visit, { values, errors })
  }
}

function leavePage({ view, params }: Visit): Promise<Answer> {
  const title = view.t('停止通知', 'Stop the e-mails')
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p>
        {view.t('按下後，這一案不會再寄信給您。', 'You will get no more letters of this case.')}
      </p>
      <Form view={view} action={`/leave/${params.token}`}>
        <Buttons>
          <Button look="primary">{title}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return Promise.resolve({ page })
}

async function leave(visit: Visit): Promise<Answer> {
  await visit.perform(leaveCase, { token: visit.params.token })
  return { to: '/', flash: { zh: '已停止通知。', en: 'Stopped.' } }
}

function watchPage(visit: Visit, tried?: { values: Values; errors: Errors }): Promise<Answer> {
  const { view, platform, query } = visit
  const errors = tried?.errors ?? {}
  const title = view.t('訂閱行政區的新通報', 'News of a district')
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p class="soft">
        {view.t(
          '每天早上一封信，只在有新通報時寄。也可以用 RSS 閱讀器訂閱。',
          'One letter each morning when there is something new. Feed readers may use Atom or RSS.',
        )}
      </p>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action="/watch">
        <Fields
          view={view}
          schema={{
            properties: {
              district: districtField(platform.city),
              email: {
                type: 'string',
                widget: 'email',
                title: { zh: '電子郵件', en: 'E-mail' },
                hint: { zh: '會先寄一封確認信。', en: 'You confirm by a letter first.' },
              },
            },
            required: ['district', 'email'],
          }}
          values={tried?.values ?? { district: query.district ?? '' }}
          errors={errors}
        />
        <Buttons>
          <Button look="primary">{view.t('訂閱', 'Subscribe')}</Button>
        </Buttons>
      </Form>
      <p>
        <a href="/feeds/dispatch.atom">Atom</a> · <a href="/feeds/dispatch.rss">RSS</a>
      </p>
    </Page>
  )
  return Promise.resolve({ page, status: tried ? 422 : 200 })
}

async function watch(visit: Visit): Promise<Answer> {
  const values = { district: visit.form.get('district'), email: visit.form.get('email') }
  try {
    await visit.perform(watchArea, { kind: 'dispatch', ...values })
    return {
      to: '/watch',
      flash: { zh: '請到信箱打開確認連結。', en: 'Open the link in the letter to confirm.' },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    return watchPage(visit, { values, errors })
  }
}

function settlePage({ view, params }: Visit): Promise<Answer> {
  const title = view.t('行政區通報的訂閱', 'Your subscription')
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <Notice tone="info" title={view.t('要收到每天的新通報嗎？', 'Get the news each day?')} />
      <Form view={view} action={`/watch/${params.token}`}>
        <Buttons>
          <Button look="primary" name="wish" value="confirm">
            {view.t('確認訂閱', 'Confirm')}
          </Button>
          <Button name="wish" value="stop">
            {view.t('停止訂閱', 'Stop')}
          </Button>
        </Buttons>
      </Form>
    </Page>
  )
  return Promise.resolve({ page })
}

async function settle(visit: Visit): Promise<Answer> {
  const wish = visit.form.get('wish')
  await visit.perform(settleWatch, { token: visit.params.token, wish })
  const flash =
    wish === 'confirm'
      ? { zh: '已訂閱。', en: 'Confirmed.' }
      : { zh: '已停止訂閱。', en: 'Stopped.' }
  return { to: '/dispatch', flash }
}
