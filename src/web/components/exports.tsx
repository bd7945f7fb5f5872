import type { VNode } from 'preact'
import { sheetFormats } from '../sheet.ts'
import type { View } from '../view.ts'

/** Links that download what a page shows, in each format. `base` lacks the ending. */
export const Exports = (props: {
  view: View
  base: string
  query: Readonly<Record<string, string>>
}): VNode => {
  const { view, base, query } = props
  return (
    <p>
      {view.t('匯出：', 'Export: ')}
      {sheetFormats.map((format, i) => (
        <span key={format}>
          {i > 0 ? view.t('、', ', ') : ''}
          <a href={view.href(`${base}.${format}?${new URLSearchParams(query)}`)}>
            {format.toUpperCase()}
          </a>
        </span>
      ))}
    </p>
  )
}
