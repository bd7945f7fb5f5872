import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { Field } from '../../../web/components/field.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState } from '../../../web/components/words.tsx'
import type { Answer as Reply, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { directory } from '../../identity/directory.ts'
import { type Article, articleVersions, isOverdue } from '../articles.ts'
import { knowledgeBase, searchArticles } from '../base.ts'
import { doorOf, doors } from '../doors.ts'
import { giveFeedback } from '../feedback.ts'
import { reportMissing } from '../gaps.ts'
import { cityTopics } from '../pack.ts'
import { Answer, Source } from './parts.tsx'

const title: Text = { zh: '市政問答', en: 'Questions and answers' }

/** Search, or browse by topic. Nothing found is an invitation to tell us what was looked for. */
export async function searchPage({ view, query, perform, read, platform }: Visit): Promise<Reply> {
  const q = (query.q ?? '').trim().slice(0, 200)
  const topics = cityTopics(platform.city)
  const topic = topics.find(({ code }) => code === query.topic)
  const { articles: all } = await read('public', knowledgeBase)
  const ofTopic = (code: string) => [...all.values()].filter((one) => one.topic === code)
  const found = q ? (await perform(searchArticles, { q, limit: 10 })).articles : []
  const page = (
    <Page view={view} title={pick(topic?.name ?? title, view.locale)}>
      <h1>{pick(title, view.locale)}</h1>
      <SearchBox view={view} q={q} />
      {q ? (
        <Found view={view} q={q} found={found} />
      ) : (
        <>
          <ul class="chips" aria-label={view.t('類別', 'Topics')}>
            {topics.map(({ code, name }) => (
              <li key={code}>
                <a
                  href={view.href(`/knowledge?topic=${code}`)}
                  aria-current={code === topic?.code ? 'true' : undefined}
                >
                  {pick(name, view.locale)} <span class="number">{ofTopic(code).length}</span>
                </a>
              </li>
            ))}
          </ul>
          {topic ? <Questions view={view} articles={ofTopic(topic.code)} /> : null}
        </>
      )}
    </Page>
  )
  return { page }
}

const SearchBox = ({ view, q }: { view: View; q: string }) => (
  <search>
    <form method="get" action={view.href('/knowledge')} class="say">
      <label for="q">{view.t('您想問什麼？', 'What would you like to know?')}</label>
      <div class="say-line">
        <input id="q" class="box" type="search" name="q" value={q} maxLength={200} />
        <Button look="primary" icon="search">
          {view.t('找', 'Find')}
        </Button>
      </div>
    </form>
  </search>
)

const Found = ({ view, q, found }: { view: View; q: string; found: readonly Article[] }) => (
  <>
    <h2>{view.t(`「${q}」`, `“${q}”`)}</h2>
    {found.length > 0 ? (
      <Questions view={view} articles={found} />
    ) : (
      <EmptyState title={view.t('還沒有這個問題的答案', 'No answer to this yet')} icon="search">
        <p>{view.t('換個說法，或問智能客服。', 'Try other words, or ask the chat.')}</p>
      </EmptyState>
    )}
    <Form view={view} action="/knowledge">
      <input type="hidden" name="question" value={q} />
      <Buttons>
        <Button>{view.t('沒有我要的答案，告訴機關', 'My answer is missing: tell them')}</Button>
        <ButtonLink href={view.href('/chat')}>{view.t('問智能客服', 'Ask the chat')}</ButtonLink>
      </Buttons>
    </Form>
  </>
)

const Questions = ({ view, articles }: { view: View; articles: readonly Article[] }) => (
  <ul class="questions">
    {articles.map(({ id, question }) => (
      <li key={id}>
        <a href={view.href(`/knowledge/${id}`)}>{pick(question, view.locale)}</a>
      </li>
    ))}
  </ul>
)

/** Puts what was looked for and not found on the editors' list. */
export async function tellMissing({ form, perform }: Visit): Promise<Reply> {
  await perform(reportMissing, { question: form.get('question') })
  const flash = { zh: '已經告訴機關，謝謝您。', en: 'We have told the agencies. Thank you.' }
  return { to: '/knowledge', flash }
}

/** One article: answer, agency, review, where it leads, whether it helped, its versions. */
export async function articlePage(visit: Visit, problem?: Text): Promise<Reply> {
  const { view, params, read, platform, form } = visit
  const { versions, agencies } = await read('public', async (ctx) => ({
    versions: await articleVersions(ctx, params.id ?? ''),
    agencies: await directory(ctx),
  }))
  const [article, ...older] = versions
  const door = doorOf(article)
  const topic = cityTopics(platform.city).find(({ code }) => code === article.topic)
  const page = (
    <Page view={view} title={pick(article.question, view.locale)}>
      <Breadcrumbs
        view={view}
        items={[
          { href: '/knowledge', label: title },
          ...(topic ? [{ href: `/knowledge?topic=${topic.code}`, label: topic.name }] : []),
        ]}
      />
      <h1>{pick(article.question, view.locale)}</h1>
      <Answer view={view} article={article} />
      <Links view={view} article={article} />
      {door && article.intent ? (
        <Buttons>
          <ButtonLink href={view.href(door)} look="primary">
            {pick(doors[article.intent], view.locale)}
          </ButtonLink>
        </Buttons>
      ) : null}
      <Source
        view={view}
        agencies={agencies}
        {...article}
        overdue={isOverdue(article, platform.now())}
      />
      <Helped view={view} id={article.id} words={form.get('words')} problem={problem} />
      <Versions view={view} older={older} />
    </Page>
  )
  return { page, status: problem ? 422 : 200 }
}

const Links = ({ view, article }: { view: View; article: Article }) =>
  article.links.length > 0 ? (
    <ul>
      {article.links.map(({ href, title: name }) => (
        <li key={href}>
          <a href={href.startsWith('/') ? view.href(href) : href}>{pick(name, view.locale)}</a>
        </li>
      ))}
    </ul>
  ) : null

type HelpedProps = { view: View; id: string; words: string; problem: Text | undefined }

const Helped = ({ view, id, words, problem }: HelpedProps) => (
  <details open={problem !== undefined}>
    <summary>{view.t('這個回答有幫助嗎？', 'Did this answer help?')}</summary>
    <Form view={view} action={`/knowledge/${id}`}>
      <Field
        view={view}
        name="words"
        property={{
          type: 'string',
          maxLength: 500,
          title: { zh: '還缺什麼？', en: 'What is missing?' },
          hint: { zh: '不要寫個人資料。', en: 'No personal data, please.' },
          widget: 'textarea',
        }}
        value={words}
        error={problem}
      />
      <Buttons>
        <Button name="helpful" value="true">
          {view.t('有幫助', 'It helped')}
        </Button>
        <Button name="helpful" value="false">
          {view.t('沒有幫助', 'It did not')}
        </Button>
      </Buttons>
    </Form>
  </details>
)

const Versions = ({ view, older }: { view: View; older: readonly Article[] }) =>
  older.length > 0 ? (
    <details>
      <summary>
        {view.t(`之前的版本（${older.length}）`, `Earlier versions (${older.length})`)}
      </summary>
      {older.map((version) => (
        <section key={version.no}>
          <h2>
            {view.t(`第 ${version.no} 版，`, `Version ${version.no}, `)}
            <When view={view} at={version.publishedFrom} />
          </h2>
          <Answer view={view} article={version} />
        </section>
      ))}
    </details>
  ) : null

/** Keeps what a reader says of an answer. */
export async function takeFeedback(visit: Visit): Promise<Reply> {
  const { params, form, perform } = visit
  const article = params.id ?? ''
  const words = form.get('words')
  try {
    await perform(giveFeedback, { article, words, helpful: form.get('helpful') === 'true' })
  } catch (error) {
    if (!(error instanceof Refused) || !error.fields.words) throw error
    return articlePage(visit, error.fields.words)
  }
  const flash = { zh: '謝謝您的回饋。', en: 'Thank you for telling us.' }
  return { to: `/knowledge/${article}`, flash }
}
