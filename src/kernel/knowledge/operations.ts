import { Type } from 'typebox'
import { operation } from '../../core/operation.ts'
import { articleVersions } from './articles.ts'
import { searchArticles } from './base.ts'
import { createArticle, retireArticle, reviewArticle, reviseArticle } from './editing.ts'
import { giveFeedback } from './feedback.ts'
import { dismissGap, listGaps, reportMissing } from './gaps.ts'

/** One article with all its versions, the newest first. */
export const readArticle = operation({
  name: 'knowledge.article',
  title: { zh: '查看問答', en: 'Read an article' },
  permission: 'public',
  reads: true,
  input: Type.Object({ id: Type.String({ maxLength: 60 }) }),
  run: (ctx, { id }) => articleVersions(ctx, id),
})

/** Every operation of the knowledge base that has a route. */
export const knowledgeOperations = [
  searchArticles,
  readArticle,
  createArticle,
  reviseArticle,
  reviewArticle,
  retireArticle,
  giveFeedback,
  listGaps,
  dismissGap,
  reportMissing,
]

/** What may be granted over the knowledge base, in words. */
export const knowledgePermissions = {
  'knowledge.edit': { zh: '編輯知識庫', en: 'Edit the knowledge base' },
  'knowledge.import': { zh: '匯入知識庫', en: 'Import the knowledge base' },
}
