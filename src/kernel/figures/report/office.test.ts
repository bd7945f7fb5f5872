import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderDocx } from './docx.ts'
import { renderOdt } from './odt.ts'
import { sampleDocument, sampleMeta } from './sample.ts'

const soffice = '/usr/bin/soffice'
const skip = existsSync(soffice)
  ? false
  : `${soffice} is not installed (Debian: libreoffice-writer)`
const expected = [
  '貳拾柒、研考',
  '52,774件',
  '97年4月',
  '〔尚未計算〕',
  '數據一覽',
  sampleMeta.root,
]

/** The text that LibreOffice reads in a document. */
function readByOffice(name: string, content: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'takao-office-'))
  try {
    writeFileSync(join(folder, name), content)
    const profile = `-env:UserInstallation=file://${folder}/profile`
    const wanted = ['--headless', '--convert-to', 'txt:Text (encoded):UTF8', '--outdir', folder]
    execFileSync(soffice, [profile, ...wanted, join(folder, name)], { stdio: 'ignore' })
    return readFileSync(join(folder, name.replace(/\.\w+$/, '.txt')), 'utf8').replace(/\s+/g, '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('LibreOffice opens the OpenDocument text and reads every part', { skip }, async () => {
  const text = readByOffice('report.odt', await renderOdt(sampleDocument, sampleMeta))
  for (const words of expected) assert.ok(text.includes(words.replace(/\s+/g, '')), words)
})

test('LibreOffice opens the DOCX and reads every part', { skip }, async () => {
  const text = readByOffice('report.docx', await renderDocx(sampleDocument, sampleMeta))
  for (const words of expected) assert.ok(text.includes(words.replace(/\s+/g, '')), words)
})
