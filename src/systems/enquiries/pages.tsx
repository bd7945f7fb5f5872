import { Refused } from '../../core/errors.ts'
import { pick } from '../../core/i18n.ts'
import { fromForm } from '../../core/schema.ts'
import { searchArticles } from '../../kernel/knowledge/base.ts'
import { Button, ButtonLink, Buttons } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { LiveUpdates } from '../../web/components/list-tools.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { knownAnswers } from './answers.tsx'
import { type EnquiryRow, recordEnquiry, searchEnquiries } from './operations.ts'
import { enquiryTopics } from './topics.ts'

const channels = [
  { value: 'phone', label: { zh: '1999 來電', en: 'A call' } },
  { value: 'counter', label: { zh: '臨櫃', en: 'The counter' } },
]

const schemaOf = (visit: Visit): ObjectSchema => ({
  properties: {
    question: {
      type: 'string',
      maxLength: 500,
      title: { zh: '問題', en: 'Question' },
      hint: { zh: '不要寫姓名、電話等個人資料。', en: 'No names or numbers of people.' },
      widget: 'textarea',
    },
    topic: {
      type: 'string',
      title: { zh: '主題', en: 'Topic' },
      widget: 'select',
      options: enquiryTopics(visit.platform.city).map(({ code, name }) => ({
        value: code,
        label: name,
      })),
    },
    channel: {
      type: 'string',
      title: { zh: '來自', en: 'From' },
      widget: 'radio',
      options: channels,
    },
    answer: {
      type: 'string',
      maxLength: 2000,
      title: { zh: '怎麼回答', en: 'Answer given' },
      widget: 'textarea',
    },
    unanswered: {
      type: 'boolean',
      title: { zh: '答不出來，請機關補充', en: 'Nobody knew: ask the agency' },
      widget: 'checkbox',
    },
  },
  required: ['question', 'topic', 'channel'],
})

/** The 1999 screen: one column, from the question to the saved record, all from the keyboard. */
async function screen(visit: Visit, values?: Values, errors: Errors = {}): Promise<Answer> {
  const { view, query, perform } = visit
  const q = query.q ?? ''
  const channel = query.channel === 'counter' ? 'counter' : 'phone'
  const found = await perform(searchEnquiries, { q, topic: '', limit: 10 })
  const { articles } = await perform(searchArticles, { q, limit: 6 })
  const guess = q ? (found[0]?.topic ?? '') : ''
  const typed = values ?? { question: q, topic: guess, channel }
  const title = view.t('1999 服務台', '1999 desk')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <Buttons>
        <ButtonLink href={view.href('/report')} icon="camera">
          {view.t('代填通報', 'Report for the caller')}
        </ButtonLink>
        <ButtonLink href={view.href('/petition')} icon="edit">
          {view.t('代填陳情', 'Petition for the caller')}
        </ButtonLink>
      </Buttons>
      <form method="get" action={view.href('/desk/1999')} class="say-line">
        <label class="sr-only" for="q">
          {view.t('對方問什麼？找以前的回答', 'What is asked? Find earlier answers')}
        </label>
        <input
          id="q"
          class="box"
          type="search"
          name="q"
          value={q}
          autocomplete="off"
          placeholder={view.t(
            '對方問什麼？Alt 加數字採用回答',
            'What is asked? Alt and a number answer',
          )}
          data-focus={articles.length === 0 ? true : undefined}
          data-answers-for
        />
        <select class="box" name="channel" aria-label={view.t('來自', 'From')}>
          {channels.map(({ value, label }) => (
            <option key={value} value={value} selected={value === channel}>
              {pick(label, view.locale)}
            </option>
          ))}
        </select>
        <button class="button" type="submit">
          {view.t('找答案', 'Find')}
        </button>
      </form>
      {await knownAnswers(visit, q, channel, articles)}
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action="/desk/1999" draft="enquiry">
        <Fields view={view} schema={schemaOf(visit)} values={typed} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('存檔，下一通', 'Save, next call')}</Button>
        </Buttons>
      </Form>
      <h2>
        {q
          ? view.t(`以前的回答：「${q}」`, `Earlier answers: ${q}`)
          : view.t('最近的諮詢', 'Latest')}
      </h2>
      <LiveUpdates view={view} events="/live?topic=enquiries" href="/desk/1999" />
      <Answers visit={visit} rows={found} />
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

const Answers = ({ visit, rows }: { visit: Visit; rows: readonly EnquiryRow[] }) => {
  const { view, platform } = visit
  const topics = new Map(enquiryTopics(platform.city).map(({ code, name }) => [code, name]))
  return (
    <DataTable
      view={view}
      caption={view.t('諮詢紀錄', 'Enquiries')}
      hideCaption
      rows={rows}
      rowKey={(one) => one.id}
      empty={
        <EmptyState title={view.t('沒有類似的問題', 'Nothing like it yet')}>
          <p>
            {view.t(
              '回答後存檔，下一位同事就找得到。',
              'Answer and save it, and the next colleague will find it.',
            )}
          </p>
        </EmptyState>
      }
      columns={[
        { key: 'question', label: { zh: '問題', en: 'Question' }, cell: (one) => one.question },
        { key: 'answer', label: { zh: '回答', en: 'Answer' }, cell: (one) => one.answer },
        {
          key: 'topic',
          label: { zh: '主題', en: 'Topic' },
          cell: (one) =>
            pick(topics.get(one.topic) ?? { zh: one.topic, en: one.topic }, view.locale),
        },
        {
          key: 'at',
          label: { zh: '時間', en: 'Time' },
          cell: (one) => <When view={view} at={one.answered_at} time />,
        },
      ]}
    />
  )
}

async function save(visit: Visit): Promise<Answer> {
  const { form, perform } = visit
  const names = ['question', 'topic', 'channel', 'answer', 'article', 'unanswered']
  const values = Object.fromEntries(names.map((name) => [name, form.get(name)]))
  const input = fromForm(recordEnquiry.input, values) as Record<string, unknown>
  try {
    await perform(recordEnquiry, { ...input, answered: values.unanswered !== 'true' })
    return { to: '/desk/1999', flash: { zh: '已存檔。', en: 'Saved.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { question: error.text }
    return screen(visit, values, errors)
  }
}

/** The desk of the 1999 line and the counter. */
export const enquiryPages: readonly PageRoute[] = [
  { method: 'GET', path: '/desk/1999', permission: 'enquiries.record', run: (v) => screen(v) },
  { method: 'POST', path: '/desk/1999', permission: 'enquiries.record', run: save },
]
