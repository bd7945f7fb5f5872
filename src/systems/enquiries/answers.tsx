import { pick } from '../../core/i18n.ts'
import { directory } from '../../kernel/identity/directory.ts'
import { type Article, isOverdue } from '../../kernel/knowledge/articles.ts'
import { Answer, Source } from '../../kernel/knowledge/pages/parts.tsx'
import { Icon } from '../../web/components/icons.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { Visit } from '../../web/pages.ts'
import { type EnquiryTopic, enquiryTopics } from './topics.ts'

/**
 * What the knowledge base answers, up to six, each with a number. Choosing one records the enquiry
 * with its topic and answer: by its button, by Alt and the number, or by the number alone outside
 * of the boxes.
 */
export async function knownAnswers(
  visit: Visit,
  q: string,
  channel: string,
  articles: readonly Article[],
) {
  const { view, platform, read } = visit
  if (q === '') return <div id="answers" />
  const agencies = await read('public', (ctx) => directory(ctx))
  return (
    <div id="answers">
      <h2>{view.t('知識庫的回答', 'From the knowledge base')}</h2>
      {articles.length === 0 ? (
        <EmptyState title={view.t('知識庫沒有', 'Not in the knowledge base')} icon="search">
          <p>
            {view.t(
              '勾「答不出來」存檔，編輯就會看到。',
              'Save it as “nobody knew”, and the editors will see it.',
            )}
          </p>
        </EmptyState>
      ) : (
        <ol class="answers" data-answers>
          {articles.map((article, i) => (
            <li key={article.id} class="turn">
              <h3>{`${i + 1}. ${pick(article.question, view.locale)}`}</h3>
              <Answer view={view} article={article} />
              <Source
                view={view}
                {...article}
                agencies={agencies}
                overdue={isOverdue(article, platform.now())}
              />
              <Choose visit={visit} article={article} n={i + 1} q={q} channel={channel} />
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

type ChooseProps = { visit: Visit; article: Article; n: number; q: string; channel: string }

const Choose = ({ visit, article, n, q, channel }: ChooseProps) => {
  const { view, platform } = visit
  const topic = topicOf(enquiryTopics(platform.city), article)
  const given = {
    question: q,
    topic,
    channel,
    answer: pick(article.answer, view.locale),
    article: article.id,
  }
  return (
    <form method="post" action={view.href('/desk/1999')} data-answer={n}>
      {Object.entries(given).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class="button" type="submit" data-focus={n === 1 ? true : undefined}>
        <Icon name="check" />
        {view.t(`用第 ${n} 則回答並存檔`, `Answer with ${n} and save`)}
      </button>
    </form>
  )
}

/** The topic of enquiries that an article belongs to: its own, its agency's, or the last one. */
export const topicOf = (
  topics: readonly EnquiryTopic[],
  article: Pick<Article, 'topic' | 'agency'>,
): string =>
  (
    topics.find(({ code }) => code === article.topic) ??
    topics.find(({ agency }) => agency === article.agency) ??
    topics.at(-1)
  )?.code ?? ''
