import type { VNode } from 'preact'
import type { View } from './view.ts'

/**
 * What the keys do, opened by `?`; a box turns single keys off, for speech input and small tremors
 * (WCAG 2.1.4). Without JavaScript it stays closed, as the keys then do nothing.
 */
export const KeysDialog = ({ view }: { view: View }): VNode => {
  const keys: readonly [string, string][] = [
    ['/', view.t('到搜尋欄', 'Go to the search box')],
    ['j', view.t('清單下一筆', 'Next in the list')],
    ['k', view.t('清單上一筆', 'Previous in the list')],
    ['Enter', view.t('打開這一筆', 'Open it')],
    ['?', view.t('顯示這張表', 'Show this list')],
    ['Esc', view.t('關閉', 'Close')],
  ]
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{view.t('鍵盤快捷鍵', 'Keyboard shortcuts')}</h2>
      <table>
        <tbody>
          {keys.map(([key, meaning]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="choice">
        <input type="checkbox" data-keys-off />
        <span>{view.t('關閉單鍵快捷鍵', 'Turn single-key shortcuts off')}</span>
      </label>
      <form method="dialog" class="buttons">
        <button class="button" type="submit">
          {view.t('關閉', 'Close')}
        </button>
      </form>
    </dialog>
  )
}
