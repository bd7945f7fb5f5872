import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { ObjectSchema } from '../fields.ts'
import type { View } from '../view.ts'
import { type Errors, Fields } from './fields.tsx'

/** What is signed, and where the card's software listens on the person's own machine. */
export type CardAsk = { readonly challenge: string; readonly component: string }

/**
 * Within a form with uploads: has a challenge signed by a card, into the field `signature`. With
 * script the PIN is asked and goes to the card's software alone, never to us; without, and for
 * other software, the challenge can be copied and the signature pasted or given as a file.
 */
export const CardHelp = (props: { view: View; ask: CardAsk; errors: Errors }): VNode => {
  const { view, ask, errors } = props
  return (
    <>
      <p>
        {view.t(
          '需要讀卡機、插好的自然人憑證，以及內政部的「跨平台網頁元件」（HiPKI）。',
          'You need a card reader with your card in it, and the ministry’s card software (HiPKI).',
        )}
      </p>
      <div
        data-island={view.assets.island('card')}
        data-component={ask.component}
        data-challenge={ask.challenge}
      >
        <Pin view={view} />
        {Object.entries(faults).map(([key, sentence]) => (
          <p key={key} class="field-error" role="alert" data-fault={key} hidden>
            <span>
              {pick(sentence, view.locale)}
              {key === 'other' ? <code data-code /> : null}
            </span>
          </p>
        ))}
      </div>
      <Otherwise view={view} ask={ask} errors={errors} />
    </>
  )
}

const Pin = ({ view }: { view: View }) => (
  <div class="field" data-card hidden>
    <label for="card-pin">{view.t('卡片的 PIN 碼', 'PIN of the card')}</label>
    <p class="hint" id="card-pin-hint">
      {view.t(
        'PIN 碼只交給您電腦上的元件，不會送到本站。連錯三次會鎖卡。',
        'It goes to the software on your computer, never to us. Three wrong ones lock the card.',
      )}
    </p>
    <input
      class="box short"
      type="password"
      id="card-pin"
      inputmode="numeric"
      autocomplete="off"
      aria-describedby="card-pin-hint"
      data-pin
    />
  </div>
)

const questions: ObjectSchema = {
  properties: {
    signature: {
      type: 'string',
      title: { zh: '簽章', en: 'Signature' },
      hint: {
        zh: 'PKCS#7，PEM 或 base64 文字，SHA-256；換行和空白沒有關係。',
        en: 'PKCS#7 as PEM or base64, SHA-256; line breaks and spaces do not matter.',
      },
      widget: 'textarea',
    },
    file: {
      type: 'string',
      title: { zh: '或選取簽章檔', en: 'Or a file of the signature' },
      hint: { zh: 'PEM 或 base64 文字檔。', en: 'A text file, PEM or base64.' },
      widget: 'file',
    },
  },
}

const Otherwise = ({ view, ask, errors }: { view: View; ask: CardAsk; errors: Errors }) => (
  <details data-otherwise open>
    <summary>{view.t('用其他程式簽章', 'Sign with other software')}</summary>
    <p>
      {view.t(
        '複製下面這行字（頭尾不要多空白或換行），用您的程式以自然人憑證簽成 PKCS#7，五分鐘內貼回來。',
        'Copy this line, without a line break, sign it as PKCS#7 and paste that within 5 minutes.',
      )}
    </p>
    <div class="field">
      <label for="card-challenge">{view.t('要簽的文字', 'The text to sign')}</label>
      <textarea class="box" id="card-challenge" rows={3} readonly value={ask.challenge} />
    </div>
    <Fields view={view} schema={questions} errors={errors} />
  </details>
)

/** What can go wrong on the person's machine, and what to do about it. */
const faults: Readonly<Record<string, Text>> = {
  'no-pin': { zh: '請輸入卡片的 PIN 碼。', en: 'Type the PIN of your card.' },
  blocked: {
    zh: '瀏覽器擋住了元件的小視窗。請允許本站開啟彈出視窗，再按一次。',
    en: 'The browser blocked the small window. Allow pop-ups of this site and press again.',
  },
  silent: {
    zh: '元件沒有回應。請確認已安裝並啟動跨平台網頁元件，再按一次；也可以用其他程式簽章。',
    en: 'The card software does not answer. Install and start it, or sign with other software.',
  },
  closed: { zh: '已取消，沒有簽章。', en: 'It was cancelled; nothing was signed.' },
  reader: {
    zh: '找不到讀卡機。請接好讀卡機，再按一次。',
    en: 'There is no card reader. Connect it and press again.',
  },
  card: {
    zh: '讀不到卡片。請把自然人憑證插進讀卡機，晶片朝上，再按一次。',
    en: 'There is no card to read. Put your card into the reader, chip up, and press again.',
  },
  pin: {
    zh: 'PIN 碼不對。請再輸入一次；連錯三次會鎖卡。',
    en: 'The PIN is wrong. Type it again; three wrong ones lock the card.',
  },
  'pin-2': {
    zh: 'PIN 碼不對，還可以試兩次。',
    en: 'The PIN is wrong; you have two more tries.',
  },
  'pin-1': {
    zh: 'PIN 碼不對，只剩一次。不確定時請先停下來，到內政部憑證管理中心網站查明。',
    en: 'The PIN is wrong; one try is left. If unsure, stop and ask the certificate’s issuer.',
  },
  locked: {
    zh: '卡片已鎖住。請到內政部憑證管理中心網站解鎖，或洽戶政事務所；現在可以改用別的方式。',
    en: 'The card is locked. Unlock it at its issuer’s site; use another way meanwhile.',
  },
  site: {
    zh: '元件還不信任本站。請在元件的設定裡把本站加入信任網站，再按一次。',
    en: 'The card software does not trust this site yet. Add it to its trusted sites.',
  },
  other: {
    zh: '卡片沒有簽成。請拔出卡片重新插入，再按一次。代碼：',
    en: 'The card did not sign. Take it out, put it in and press again. Code: ',
  },
}
