import type { VNode } from 'preact'
import type { View } from '../view.ts'
import { Notice } from './words.tsx'

/**
 * Within a form: lets its button ask the browser for a key, made or used, and sends the answer in
 * the field `answer`. `offer` also shows the keys of this device in the field of the name.
 */
export const PasskeyHelp = (props: {
  view: View
  ask: 'create' | 'use'
  /** What WebAuthn is asked, as JSON. */
  options: object
  offer?: boolean
}): VNode => {
  const { view, ask, options, offer } = props
  return (
    <div
      data-island={view.assets.island('passkey')}
      data-ask={ask}
      data-options={JSON.stringify(options)}
      data-offer={offer ? '' : undefined}
    >
      <input type="hidden" name="answer" value="" />
      <p class="field-error" role="alert" data-fault hidden>
        {view.t(
          '沒有完成。請再按一次，並在裝置上確認；也可以改用別的方式。',
          'It was not completed. Press again and confirm on your device, or use another way.',
        )}
      </p>
      <p class="field-error" data-unable hidden>
        {view.t('這個瀏覽器不能用通行密鑰。', 'This browser cannot use passkeys.')}
      </p>
      <noscript>
        <Notice tone="soon" title={view.t('通行密鑰需要 JavaScript', 'Passkeys need JavaScript')} />
      </noscript>
    </div>
  )
}
