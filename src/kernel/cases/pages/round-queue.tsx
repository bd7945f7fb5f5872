import type { View } from '../../../web/view.ts'

/**
 * Where the script says what waits to be sent, and how old the page is. Its sentences stand in the
 * page, in the reader's language; without script nothing of it shows.
 */
export const RoundQueue = ({ view }: { view: View }) => (
  <>
    <p
      class="flash"
      role="status"
      data-round-age
      data-stale={view.t(
        '沒有網路。這是 {n} 分鐘前存下的資料；案件可能已有變動。',
        'No network. This is what was kept {n} minutes ago; cases may have changed.',
      )}
      data-kept={view.t(
        '已存在這台裝置，沒有網路也能開這一頁。',
        'Kept on this device: this page opens without a network.',
      )}
      hidden
    />
    <section class="round-queue" aria-labelledby="round-queue-title" data-round-queue hidden>
      <h2 id="round-queue-title" tabindex={-1}>
        {view.t('您在現場記下的', 'What you wrote on site')}
      </h2>
      <ul
        aria-live="polite"
        data-waiting={view.t('還沒送出：有網路時會自動送。', 'Waits for a network to be sent.')}
        data-sending={view.t('傳送中。', 'Being sent.')}
        data-sent={view.t('已送出。', 'Sent.')}
        data-signed-out={view.t(
          '登入已過期，內容還在。請重新登入，回到這一頁就會送出。',
          'Your sign-in has ended; nothing is lost. Sign in again and it is sent from this page.',
        )}
        data-refused={view.t(
          '沒有收下。內容還在這裡：請打開案件看目前的狀態，需要的話複製到那裡，再刪掉這一筆。',
          'Not accepted. Your words are kept: open the case, copy what it needs, delete this.',
        )}
        data-photos={view.t('附 {n} 張照片', '{n} photographs')}
        data-open={view.t('打開案件', 'Open the case')}
        data-again={view.t('再送一次', 'Send again')}
        data-drop={view.t('刪除', 'Delete')}
        data-sure={view.t(
          '這一筆還沒送出。確定要刪除嗎？',
          'This has not been sent. Delete it all the same?',
        )}
        data-sign-in={view.t('重新登入', 'Sign in again')}
        data-full={view.t(
          '這台裝置存不下了。請先連線送出，或刪掉其他檔案。',
          'This device has no room left. Connect and send, or remove other files.',
        )}
      />
    </section>
  </>
)
