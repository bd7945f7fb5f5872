import type { VNode } from 'preact'
import type { View } from '../../web/view.ts'
import type { Edition } from './opened.ts'

/** What an edition is called: 第 1 版, or a draft that nobody has frozen. */
export const editionName = ({ version }: Edition, view: View): string =>
  version
    ? view.t(`第 ${version.version} 版`, `Version ${version.version}`)
    : view.t('草稿（未凍結）', 'Draft (not frozen)')

/** A SHA-256 in hexadecimal; it may break anywhere. */
export const Hash = ({ value }: { value: string }): VNode => <code class="hash">{value}</code>
