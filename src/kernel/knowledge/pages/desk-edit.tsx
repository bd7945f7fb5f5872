import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs } from '../../../web/components/words.tsx'
import type { Answer as Reply, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { directory } from '../../identity/directory.ts'
import { type Article, articleVersions, ownReasons } from '../articles.ts'
import { changesBetween } from '../changes.ts'
import {
  createArticle,
  retireArticle,
  reviewArticle,
  reviseArticle,
  writesFor,
} from '../editing.ts'
import { type Heard, heardOf } from '../feedback.ts'
import { listGaps } from '../gaps.ts'
import { articleSchema, inputOf, typedOf, valuesOf } from './article-form.ts'
import { Answer } from './parts.tsx'

const up = { href: '/desk/knowledge', label: { zh: '知識庫', en: 'Knowledge base' } }

/** A new article, perhaps for a question that nobody could answer. */
export async function newPage(
  visit: Visit,
  values?: Values,
  errors: Errors = {},
  preview?: Preview,
): Promise<Reply> {
  const { view, query, form, perform, read } = visit
  const gapId = form.get('gap') || (query.gap ?? '')
  const gap = gapId ? (await perform(listGaps, {})).find(({ id }) => id === gapId) : undefined
  const agencies = await read('public', (ctx) => directory(ctx))
  const asked = {
    question: { zh: gap?.question ?? '' },
    variants: gap?.phrasings.join('\n') ?? '',
    agency: gap?.agency ?? '',
  }
  const title = view.t('新增問答', 'Write an article')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs view={view} items={[up]} />
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <PreviewOf view={view} preview={preview} />
      <Form view={view} action="/desk/knowledge/new" draft="article-new">
        <input type="hidden" name="gap" value={gapId} />
        <Fields
          view={view}
          schema={articleSchema(visit, agencies, false)}
          values={values ?? asked}
          errors={errors}
        />
        <SaveButtons view={view} />
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

const SaveButtons = ({ view }: { view: View }) => (
  <Buttons>
    <Button look="primary" name="do" value="save">
      {view.t('公開', 'Publish')}
    </Button>
    <Button name="do" value="preview">
      {view.t('預覽', 'Preview')}
    </Button>
  </Buttons>
)

type Preview = { readonly question: Text; readonly answer: Text }

const PreviewOf = ({ view, preview }: { view: View; preview: Preview | undefined }) =>
  preview ? (
    <section class="notice tone-info" aria-label={view.t('預覽', 'Preview')}>
      <p class="notice-title">{view.t('預覽，還沒有公開', 'Preview, not published yet')}</p>
      <h2>{pick(preview.question, view.locale)}</h2>
      <Answer view={view} article={preview} />
    </section>
  ) : null

/** An article with its form, what people said of it, and every version with what it changed. */
export async function editPage(
  visit: Visit,
  values?: Values,
  errors: Errors = {},
  preview?: Preview,
): Promise<Reply> {
  const { view, params, read } = visit
  const { versions, agencies, heard } = await read('knowledge.edit', async (ctx) => ({
    versions: await articleVersions(ctx, params.id ?? ''),
    agencies: await directory(ctx),
    heard: await heardOf(ctx, params.id ?? ''),
  }))
  const [article] = versions
  const path = `/desk/knowledge/${article.id}`
  const page = (
    <Page view={view} title={pick(article.question, view.locale)} chrome="staff">
      <Breadcrumbs view={view} items={[up]} />
      <h1>{pick(article.question, view.locale)}</h1>
      {article.state === 'retired' ? (
        <p>{view.t('這則問答已下架。', 'This article has been retired.')}</p>
      ) : !writesFor(visit.actor, article.agency) ? (
        <p>
          {pick(agencies.name(article.agency), view.locale)}
          {view.t('的問答，由該機關編輯。', ' edits this article.')}
        </p>
      ) : (
        <>
          <p>
            <a href={view.href(`/knowledge/${article.id}`)}>
              {view.t('看公開的頁面', 'See the public page')}
            </a>
          </p>
          <ErrorSummary view={view} errors={errors} />
          <PreviewOf view={view} preview={preview} />
          <Form view={view} action={path} draft={`article-${article.id}-${article.no}`}>
            <input type="hidden" name="no" value={String(article.no)} />
            <Fields
              view={view}
              schema={articleSchema(visit, agencies, true)}
              values={values ?? valuesOf(article)}
              errors={errors}
            />
            <SaveButtons view={view} />
          </Form>
          <OtherSteps view={view} path={path} no={article.no} />
        </>
      )}
      <Voices view={view} heard={heard} />
      <Versions view={view} versions={versions} />
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

const OtherSteps = ({ view, path, no }: { view: View; path: string; no: number }) => (
  <>
    <Form view={view} action={`${path}/review`}>
      <input type="hidden" name="no" value={String(no)} />
      <Buttons>
        <Button>{view.t('內容仍正確，更新複審日', 'Still right: renew the review')}</Button>
      </Buttons>
    </Form>
    <details>
      <summary>{view.t('下架', 'Retire')}</summary>
      <Form view={view} action={`${path}/retire`}>
        <input type="hidden" name="no" value={String(no)} />
        <label for="retire-reason">{view.t('理由', 'Reason')}</label>
        <input class="box" id="retire-reason" name="reason" maxLength={300} required />
        <Buttons>
          <Button look="danger">{view.t('下架', 'Retire')}</Button>
        </Buttons>
      </Form>
    </details>
  </>
)

const Voices = ({ view, heard }: { view: View; heard: readonly Heard[] }) => {
  if (heard.length === 0) return null
  const helped = heard.filter(({ helpful }) => helpful).length
  return (
    <>
      <h2>{view.t('讀者的回饋', 'What readers say')}</h2>
      <p>
        {view.t(
          `有幫助 ${helped}，沒有幫助 ${heard.length - helped}。`,
          `Helped ${helped}, did not help ${heard.length - helped}.`,
        )}
      </p>
      <ul>
        {heard
          .filter(({ words }) => words !== '')
          .map(({ words, at, version }) => (
            <li key={+at}>
              {words} <When view={view} at={at} /> {view.t(`第 ${version} 版`, `v${version}`)}
            </li>
          ))}
      </ul>
    </>
  )
}

type VersionsProps = { view: View; versions: readonly Article[] }

const Versions = ({ view, versions }: VersionsProps) => (
  <>
    <h2>{view.t('版本', 'Versions')}</h2>
    {versions.map((version, i) => {
      const older = versions[i + 1]
      return (
        <details key={version.no} open={i === 0 && older !== undefined}>
          <summary>
            {view.t(`第 ${version.no} 版，`, `Version ${version.no}, `)}
            <When view={view} at={version.publishedFrom} time />{' '}
            {pick(ownReasons[version.reason] ?? own(version.reason), view.locale)}
          </summary>
          {older ? (
            <dl>
              {changesBetween(older, version).map((change) => (
                <div key={change.label.zh}>
                  <dt>{pick(change.label, view.locale)}</dt>
                  <dd class="keep">
                    {change.before}
                    {change.gone ? <del>{change.gone}</del> : null}
                    {change.come ? <ins>{change.come}</ins> : null}
                    {change.after}
                  </dd>
                </div>
              ))}
            </dl>
          ) : (
            <Answer view={view} article={version} />
          )}
        </details>
      )
    })}
  </>
)

/** What an editor wrote is the same in every language. */
const own = (reason: string): Text => ({ zh: reason, en: reason })

/** Publishes or previews what the form holds; a refusal keeps every word. */
export async function saveArticle(visit: Visit, id?: string): Promise<Reply> {
  const { form, perform } = visit
  const values = inputOf(form)
  const again = (errors: Errors, preview?: Preview) =>
    (id ? editPage : newPage)(visit, typedOf(form), errors, preview)
  if (form.get('do') === 'preview') return again({}, values)
  try {
    if (id) {
      const no = Number(form.get('no'))
      await perform(reviseArticle, { ...values, id, no, reason: form.get('reason') })
      return { to: `/desk/knowledge/${id}`, flash: published }
    }
    const gap = form.get('gap')
    const created = await perform(createArticle, { ...values, ...(gap && { gap }) })
    return { to: `/desk/knowledge/${created.id}`, flash: published }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const known = Object.keys(error.fields).length > 0
    return again(known ? error.fields : { 'question.zh': error.text })
  }
}

const published: Text = { zh: '已公開。', en: 'Published.' }

/** Renews the review, or retires the article. */
export async function articleStep(visit: Visit, step: 'review' | 'retire'): Promise<Reply> {
  const { params, form, perform } = visit
  const given = { id: params.id ?? '', no: Number(form.get('no')) }
  try {
    if (step === 'review') await perform(reviewArticle, given)
    else await perform(retireArticle, { ...given, reason: form.get('reason') })
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to: `/desk/knowledge/${given.id}`, problem: error.fields.reason ?? error.text }
  }
  const flash =
    step === 'review'
      ? { zh: '已更新複審日。', en: 'The review is renewed.' }
      : { zh: '已下架。', en: 'Retired.' }
  return { to: `/desk/knowledge/${given.id}`, flash }
}
