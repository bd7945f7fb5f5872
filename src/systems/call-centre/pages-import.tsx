import type { VNode } from 'preact'
import { Refused } from '../../core/errors.ts'
import { pick } from '../../core/i18n.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields } from '../../web/components/fields.tsx'
import { Notice } from '../../web/components/words.tsx'
import { numberText } from '../../web/dates.ts'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { type Fault, readCdr } from './cdr.ts'
import { importCalls } from './operations.ts'
import { CallTabs } from './pages-tabs.tsx'

const permission = 'call-centre.import'
const path = '/desk/calls/import'

const schema: ObjectSchema = {
  properties: {
    source: {
      type: 'string',
      maxLength: 40,
      title: { zh: '哪一台交換機', en: 'Which exchange' },
      hint: {
        zh: '和連接時的名稱一樣，已即時收到的通話才不會重複計算。',
        en: 'The name it was connected under, so that calls told live are not counted twice.',
      },
    },
    file: {
      type: 'string',
      title: { zh: '話務紀錄（CSV）', en: 'Call records (CSV)' },
      hint: {
        zh: '第一列是欄名，例如 uniqueid、calldate、src、duration、billsec、disposition。',
        en: 'The first line names the columns: uniqueid, calldate, src, duration, billsec …',
      },
      widget: 'file',
    },
  },
  required: ['source', 'file'],
}

type Result = { readonly saved: number; readonly known: number; readonly faults: readonly Fault[] }
type Tried = { readonly source: string; readonly errors?: Errors; readonly result?: Result }

async function screen(visit: Visit, tried: Tried = { source: '' }): Promise<Answer> {
  const { view } = visit
  const errors = tried.errors ?? {}
  const title = view.t('匯入話務紀錄', 'Import call records')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <CallTabs visit={visit} current={path} />
      <ErrorSummary view={view} errors={errors} />
      {tried.result ? <Outcome visit={visit} result={tried.result} /> : null}
      {/* The answer is the outcome itself, and Turbo shows only redirects. */}
      <form
        method="post"
        action={view.href(path)}
        enctype="multipart/form-data"
        data-turbo="false"
        novalidate
      >
        <Fields view={view} schema={schema} values={{ source: tried.source }} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('匯入', 'Import')}</Button>
        </Buttons>
      </form>
      <p class="soft">
        {view.t(
          '電話號碼只留下末三碼和無法還原的指紋，檔案本身不會保存。同一個檔案可以再送一次。',
          'Of a number only its last three digits and a keyed digest are kept, of the file ' +
            'nothing. The same file may be sent again.',
        )}
      </p>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** So many faults are shown; the count tells of the rest. */
const shownFaults = 200

const Outcome = ({ visit: { view }, result }: { visit: Visit; result: Result }): VNode => {
  const { saved, known, faults } = result
  return (
    <>
      <Notice
        tone={faults.length > 0 ? 'soon' : 'ok'}
        title={view.t(
          `匯入 ${numberText(saved)} 通，${numberText(known)} 通之前就有，${numberText(faults.length)} 列沒有匯入`,
          `${numberText(saved)} calls imported, ${numberText(known)} known before, ` +
            `${numberText(faults.length)} lines left out`,
        )}
      />
      {faults.length === 0 ? null : (
        <DataTable
          view={view}
          caption={view.t('沒有匯入的列', 'Lines left out')}
          rows={faults.slice(0, shownFaults)}
          rowKey={({ line }) => String(line)}
          empty={null}
          columns={[
            { key: 'line', label: { zh: '列', en: 'Line' }, cell: ({ line }) => line },
            {
              key: 'why',
              label: { zh: '原因', en: 'Why' },
              cell: ({ why }) => pick(why, view.locale),
            },
          ]}
        />
      )}
    </>
  )
}

const batchSize = 20_000

async function save(visit: Visit): Promise<Answer> {
  const { form, perform, platform } = visit
  const source = form.get('source')
  const text = form.get('file')
  const missing = { zh: '這一欄必填。', en: 'Fill in this answer.' }
  const errors: Errors = {
    ...(/^[a-z0-9-]{2,40}$/.test(source)
      ? {}
      : { source: { zh: '請用小寫英文、數字和連字號。', en: 'Use small letters and digits.' } }),
    ...(text === '' ? { file: missing } : {}),
  }
  if (Object.keys(errors).length > 0) return screen(visit, { source, errors })
  const { calls, faults } = readCdr(text, platform.now())
  const result = { saved: 0, known: 0 }
  try {
    for (let from = 0; from < calls.length; from += batchSize) {
      const batch = calls.slice(from, from + batchSize)
      const done = await perform(importCalls, { source, calls: batch })
      result.saved += done.saved
      result.known += done.known
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return screen(visit, { source, errors: { file: error.text } })
  }
  return screen(visit, { source, result: { ...result, faults } })
}

/** Call records of an exchange as a file. */
export const importPages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: (visit) => screen(visit) },
  { method: 'POST', path, permission, readsFiles: true, run: save },
]
