import { randomBytes } from 'node:crypto'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { qrImage } from '../../../web/qr.ts'
import { Page } from '../../../web/shell.tsx'
import { keyOf } from '../methods/device-page.tsx'
import { errorsOf } from '../methods/pages-confirm.ts'
import { sealPending } from '../methods/pending.ts'
import { addCardKey, enrolmentText, showOnce } from './operations.ts'
import { cardPath, Up } from './words.tsx'

/** Offers to put the card on this phone. */
export const offerKey = async (visit: Visit): Promise<Answer> => devicePage(visit)

/** Takes the key that its browser made. */
export async function takeKey(visit: Visit): Promise<Answer> {
  const { form } = visit
  const given = { pending: form.get('pending'), signature: form.get('signature') }
  try {
    await visit.perform(addCardKey, { ...given, key: keyOf(form.get('key')) })
  } catch (error) {
    return { ...devicePage(visit, errorsOf(error, 'key')), status: 422 }
  }
  return {
    to: cardPath,
    flash: { zh: '這支手機現在可以出示市民卡。', en: 'This phone can show your card now.' },
  }
}

function devicePage(visit: Visit, errors: Errors = {}) {
  const { view, platform, actor } = visit
  const title = view.t('把卡放進這支手機', 'Put the card on this phone')
  const challenge = randomBytes(32).toString('base64url')
  const pending = sealPending(platform.config, 'card', actor.id, challenge, platform.now())
  return {
    page: (
      <Page view={view} title={title} whole>
        <Up view={view} more />
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <p>
          {view.t(
            '手機瀏覽器會保存一把拿不走的鑰匙，用它簽出每一次的 QR 碼。最多五支手機；再放一支，最早的那支就不能出示。',
            'Its browser keeps a key that cannot leave it. Five phones hold the card at most.',
          )}
        </p>
        <Form view={view} action={`${cardPath}/device`} leaves>
          <div
            data-island={view.assets.island('holder')}
            data-account={actor.id}
            data-text={enrolmentText(challenge)}
            data-now={platform.now().toISOString()}
          >
            <input type="hidden" name="key" id="key" value="" />
            <input type="hidden" name="signature" value="" />
            <p class="field-error" role="alert" data-when="unable" hidden>
              {view.t(
                '這個瀏覽器不能保存鑰匙。無痕視窗不行；請改用一般視窗。',
                'This browser cannot keep a key. Private windows cannot; use an ordinary one.',
              )}
            </p>
            <noscript>
              <Notice tone="soon" title={view.t('這需要 JavaScript', 'This needs JavaScript')}>
                <p>{view.t('沒有也能「只出示一次」。', 'Without it you can show it once.')}</p>
              </Notice>
            </noscript>
          </div>
          <input type="hidden" name="pending" value={pending} />
          <Buttons>
            <Button look="primary">{view.t('放進這支手機', 'Put it here')}</Button>
            <ButtonLink href={view.href(cardPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}

/** A code that the server signed for a minute. The browser asks for the next by itself. */
export async function showPage(visit: Visit): Promise<Answer> {
  const { view, reply } = visit
  const { text } = await visit.perform(showOnce, {})
  reply.header('cache-control', 'no-store').header('refresh', '50')
  const title = view.t('出示市民卡', 'Show the card')
  return {
    page: (
      <Page view={view} title={title} whole>
        <Up view={view} more />
        <h1>{title}</h1>
        <div class="card-shown">
          <img
            src={qrImage(text, 'low')}
            width={320}
            height={320}
            data-text={text}
            alt={view.t('市民卡的 QR 碼，請給店家掃描', 'The code of your card, to be scanned')}
          />
          <p>
            {view.t(
              'QR 碼一分鐘內有效，這一頁會自動換新。',
              'The code counts for a minute; the page fetches the next by itself.',
            )}
          </p>
        </div>
        <Buttons>
          <ButtonLink href={view.href(`${cardPath}/show`)}>
            {view.t('馬上換新', 'A new one now')}
          </ButtonLink>
          <ButtonLink href={view.href(cardPath)}>{view.t('結束出示', 'Done')}</ButtonLink>
        </Buttons>
      </Page>
    ),
  }
}
