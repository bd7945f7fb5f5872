import { sql } from 'kysely'
import { rows } from '../../../core/db.ts'
import { isoDate } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Filters, LiveUpdates } from '../../../web/components/list-tools.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, Tabs } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { type Directory, directory } from '../../identity/directory.ts'
import { dismissGap, type Gap, listGaps } from '../gaps.ts'
import { cityTopics } from '../pack.ts'
import { Overdue } from './parts.tsx'

type Listed = {
  readonly id: string
  readonly topic: string
  readonly agency: string
  readonly state: string
  readonly question: Text
  readonly reviewBy: string
  readonly unhelpful: number
}

/** The articles that the editor may change, what is overdue first. */
export async function articleList({ view, query, read, platform }: Visit): Promise<Answer> {
  const topics = cityTopics(platform.city)
  const topic = topics.some(({ code }) => code === query.topic) ? query.topic! : ''
  const today = isoDate(platform.now())
  const { listed, agencies } = await read('knowledge.edit', async (ctx) => ({
    agencies: await directory(ctx),
    listed: await rows(
      ctx.db,
      sql<Listed>`select a.id, a.topic, a.agency, a.state, v.question,
          v.review_by as "reviewBy", (select count(*) from knowledge.feedback f
            where f.article = a.id and f.version = a.version and not f.helpful) as unhelpful
        from knowledge.article a join knowledge.version v on v.article = a.id and v.no = a.version
        where (core.scope() = 'city' or a.agency = any (core.agencies()))
          and (${topic} = '' or a.topic = ${topic})
          and (${query.overdue !== '1'} or (v.review_by < ${today} and a.state = 'published'))
        order by a.state, v.review_by, a.id limit 500`,
    ),
  }))
  const page = (
    <Page view={view} title={view.t('知識庫', 'Knowledge base')} chrome="staff">
      <h1>{view.t('知識庫', 'Knowledge base')}</h1>
      <KnowledgeTabs view={view} current="articles" />
      <Buttons>
        <ButtonLink href={view.href('/desk/knowledge/new')} icon="edit">
          {view.t('新增問答', 'Write an article')}
        </ButtonLink>
      </Buttons>
      <Filters
        view={view}
        action="/desk/knowledge"
        schema={filterSchema(topics)}
        values={{ topic, overdue: query.overdue === '1' ? 'true' : '' }}
      />
      <DataTable
        view={view}
        caption={view.t('問答', 'Articles')}
        hideCaption
        rows={listed}
        rowKey={({ id }) => id}
        columns={columns(view, agencies, today)}
        empty={
          <EmptyState title={view.t('沒有符合的問答', 'No such article')}>
            <p>{view.t('改變篩選，或新增一則。', 'Change the filter, or write one.')}</p>
          </EmptyState>
        }
      />
    </Page>
  )
  return { page }
}

const filterSchema = (topics: readonly { code: string; name: Text }[]): ObjectSchema => ({
  properties: {
    topic: {
      type: 'string',
      title: { zh: '類別', en: 'Topic' },
      widget: 'select',
      options: topics.map(({ code, name }) => ({ value: code, label: name })),
    },
    overdue: {
      type: 'string',
      title: { zh: '複審', en: 'Review' },
      widget: 'select',
      options: [{ value: '1', label: { zh: '逾期未複審', en: 'Overdue' } }],
    },
  },
})

const columns = (view: View, agencies: Directory, today: string): Column<Listed>[] => [
  {
    key: 'question',
    label: { zh: '問題', en: 'Question' },
    cell: ({ id, question }) => (
      <a href={view.href(`/desk/knowledge/${id}`)}>{pick(question, view.locale)}</a>
    ),
  },
  {
    key: 'agency',
    label: { zh: '機關', en: 'Agency' },
    cell: ({ agency }) => pick(agencies.name(agency), view.locale),
  },
  {
    key: 'reviewBy',
    label: { zh: '複審期限', en: 'Review by' },
    cell: ({ reviewBy, state }) =>
      state === 'retired' ? (
        view.t('已下架', 'Retired')
      ) : (
        <>
          <When view={view} at={reviewBy} />
          {reviewBy < today ? <Overdue view={view} /> : null}
        </>
      ),
  },
  {
    key: 'unhelpful',
    label: { zh: '沒有幫助', en: 'Did not help' },
    amount: true,
    cell: ({ unhelpful }) => unhelpful || null,
  },
]

const KnowledgeTabs = ({ view, current }: { view: View; current: 'articles' | 'gaps' }) => (
  <Tabs
    view={view}
    label={view.t('知識庫', 'Knowledge base')}
    items={[
      {
        href: '/desk/knowledge',
        label: { zh: '問答', en: 'Articles' },
        current: current === 'articles',
      },
      {
        href: '/desk/knowledge/gaps',
        label: { zh: '未能回答', en: 'Not answered' },
        current: current === 'gaps',
      },
    ]}
  />
)

/** What nobody could answer, most asked first: write an article, or dismiss it with a reason. */
export async function gapList({ view, perform }: Visit): Promise<Answer> {
  const gaps = await perform(listGaps, {})
  const title = view.t('未能回答的問題', 'Questions without an answer')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <KnowledgeTabs view={view} current="gaps" />
      <LiveUpdates view={view} events="/live?topic=knowledge-gaps" href="/desk/knowledge/gaps" />
      <DataTable
        view={view}
        caption={title}
        hideCaption
        rows={gaps}
        rowKey={({ id }) => id}
        columns={gapColumns(view)}
        empty={
          <EmptyState title={view.t('沒有未回答的問題', 'Every question has an answer')}>
            <p>
              {view.t(
                '智能客服、服務台或搜尋答不出的問題，會依次數排在這裡。',
                'What the chatbot, the desk or a search could not answer comes here.',
              )}
            </p>
          </EmptyState>
        }
      />
    </Page>
  )
  return { page }
}

const gapColumns = (view: View): Column<Gap>[] => [
  {
    key: 'question',
    label: { zh: '問題', en: 'Question' },
    cell: ({ id, phrasings }) => (
      <a href={view.href(`/desk/knowledge/new?gap=${id}`)}>{phrasings.join('／')}</a>
    ),
  },
  { key: 'times', label: { zh: '次數', en: 'Times' }, amount: true, cell: ({ times }) => times },
  {
    key: 'sources',
    label: { zh: '來自', en: 'From' },
    cell: ({ sources }) => sources.map((one) => pick(sourceNames[one], view.locale)).join('、'),
  },
  {
    key: 'last',
    label: { zh: '最近一次', en: 'Last' },
    cell: ({ lastAt }) => <When view={view} at={lastAt} time />,
  },
  {
    key: 'dismiss',
    label: { zh: '不處理', en: 'Dismiss' },
    cell: ({ id, question }) => (
      <details>
        <summary>{view.t('不處理', 'Dismiss')}</summary>
        <Form view={view} action={`/desk/knowledge/gaps/${id}`}>
          <label for={`reason-${id}`}>
            {view.t('理由', 'Reason')}
            <span class="sr-only">：{question}</span>
          </label>
          <input class="box" id={`reason-${id}`} name="reason" required maxLength={300} />
          <Button>{view.t('不處理', 'Dismiss')}</Button>
        </Form>
      </details>
    ),
  },
]

const sourceNames = {
  chat: { zh: '智能客服', en: 'Chatbot' },
  desk: { zh: '服務台', en: 'Desk' },
  search: { zh: '搜尋', en: 'Search' },
  line: { zh: 'LINE', en: 'LINE' },
}

/** Takes a question off the list. */
export async function dismiss({ params, form, perform }: Visit): Promise<Answer> {
  await perform(dismissGap, { gap: params.id ?? '', reason: form.get('reason') })
  return { to: '/desk/knowledge/gaps', flash: { zh: '已移出清單。', en: 'Taken off the list.' } }
}
