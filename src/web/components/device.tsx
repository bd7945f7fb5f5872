import type { VNode } from 'preact'
import type { View } from '../view.ts'
import { Notice } from './words.tsx'

/**
 * Within a form: lets this browser make a key (`register`) or sign with the one it holds
 * (`approve`). `text` is what is signed, to which a number that was pressed is added.
 */
export const DeviceHelp = (props: {
  view: View
  ask: 'register' | 'approve'
  account: string
  text: string
  /** What WebAuthn is asked where the owner wants to be checked, as JSON. */
  options?: object
}): VNode => {
  const { view, ask, account, text, options } = props
  return (
    <div
      data-island={view.assets.island('device')}
      data-ask={ask}
      data-account={account}
      data-text={text}
      data-options={options && JSON.stringify(options)}
    >
      {['key', 'signature', 'number', 'answer'].map((name) => (
        <input key={name} type="hidden" name={name} value="" />
      ))}
      <p class="field-error" role="alert" data-unable hidden>
        {ask === 'register'
          ? view.t(
              '這個瀏覽器不能保存鑰匙。無痕視窗不行；請改用一般視窗。',
              'This browser cannot keep a key. Private windows cannot; use an ordinary one.',
            )
          : view.t(
              '沒有確認成功，或這個瀏覽器沒有登記。請在登記過的手機上開啟這一頁。',
              'Not confirmed, or this browser is not registered. Open this page on your phone.',
            )}
      </p>
      <noscript>
        <Notice
          tone="soon"
          title={view.t('登記和同意需要 JavaScript', 'Registering and approving need JavaScript')}
        />
      </noscript>
    </div>
  )
}

/** Within a form: sends it once what is asked at `url` is no longer open. */
export const DeviceWait = ({ view, url }: { view: View; url: string }): VNode => (
  <div data-island={view.assets.island('device')} data-ask="wait" data-url={url} hidden />
)
