import type { VNode } from 'preact'
import type { Refused } from '../core/errors.ts'
import { pick } from '../core/i18n.ts'
import { ButtonLink, Buttons } from './components/button.tsx'
import { ErrorSummary } from './components/fields.tsx'
import { Page } from './shell.tsx'
import type { View } from './view.ts'

/** What a refused or failed request shows: what happened and what to do, nothing internal. */
export function errorPage(view: View, refused: Refused): VNode {
  const title = titles[refused.status] ?? { zh: '無法完成', en: 'This cannot be done' }
  return (
    <Page
      view={view}
      title={pick(title, view.locale)}
      chrome={view.person?.staff ? 'staff' : 'citizen'}
    >
      <h1>{pick(title, view.locale)}</h1>
      <p>{pick(refused.text, view.locale)}</p>
      <ErrorSummary view={view} errors={refused.fields} />
      <Buttons>
        <ButtonLink href={view.href(view.person?.staff ? '/desk' : '/')} look="primary">
          {view.t('回首頁', 'To the first page')}
        </ButtonLink>
      </Buttons>
    </Page>
  )
}

const titles: Readonly<Record<number, { zh: string; en: string }>> = {
  401: { zh: '請先登入', en: 'Please sign in' },
  403: { zh: '沒有權限', en: 'Not allowed' },
  404: { zh: '找不到', en: 'Not found' },
  500: { zh: '系統發生問題', en: 'Something failed on our side' },
}
