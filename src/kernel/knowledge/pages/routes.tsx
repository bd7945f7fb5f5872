import type { Page } from '../../../web/pages.ts'
import { articlePage, searchPage, takeFeedback, tellMissing } from './citizen.tsx'
import { articleStep, editPage, newPage, saveArticle } from './desk-edit.tsx'
import { articleList, dismiss, gapList } from './desk-list.tsx'

const permission = 'knowledge.edit'
const open = 'public'

/** The knowledge base for anyone, and the desk of its editors. */
export const knowledgePages: readonly Page[] = [
  { method: 'GET', path: '/knowledge', permission: open, run: searchPage },
  { method: 'POST', path: '/knowledge', permission: open, run: tellMissing },
  { method: 'GET', path: '/knowledge/:id', permission: open, run: (v) => articlePage(v) },
  { method: 'POST', path: '/knowledge/:id', permission: open, run: takeFeedback },
  { method: 'GET', path: '/desk/knowledge', permission, run: articleList },
  { method: 'GET', path: '/desk/knowledge/gaps', permission, run: gapList },
  { method: 'POST', path: '/desk/knowledge/gaps/:id', permission, run: dismiss },
  { method: 'GET', path: '/desk/knowledge/new', permission, run: (v) => newPage(v) },
  { method: 'POST', path: '/desk/knowledge/new', permission, run: (v) => saveArticle(v) },
  { method: 'GET', path: '/desk/knowledge/:id', permission, run: (v) => editPage(v) },
  {
    method: 'POST',
    path: '/desk/knowledge/:id',
    permission,
    run: (v) => saveArticle(v, v.params.id ?? ''),
  },
  ...(['review', 'retire'] as const).map(
    (step): Page => ({
      method: 'POST',
      path: `/desk/knowledge/:id/${step}`,
      permission,
      run: (v) => articleStep(v, step),
    }),
  ),
]

/** The editors' line of the menu. */
export const knowledgeMenu = [
  { href: '/desk/knowledge', label: { zh: '知識庫', en: 'Knowledge' }, permission },
]
