/** A bar on the terminal for long work; lines at every tenth where there is no terminal. */
export type Progress = { readonly add: (n: number) => void; readonly end: () => void }

/** Starts a bar over `total` steps. */
export function progressBar(title: string, total: number): Progress {
  const started = performance.now()
  let done = 0
  let shown = -1
  const draw = () => {
    const tenths = Math.floor((done / Math.max(1, total)) * (process.stdout.isTTY ? 100 : 10))
    if (tenths === shown) return
    shown = tenths
    const share = Math.min(1, done / Math.max(1, total))
    const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░')
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    const line = `${bar} ${String(Math.round(share * 100)).padStart(3)}%  ${title}  ${seconds} s`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}`)
    else process.stdout.write(`${line}\n`)
  }
  draw()
  return {
    add: (n) => {
      done += n
      draw()
    },
    end: () => {
      done = total
      draw()
      if (process.stdout.isTTY) process.stdout.write('\n')
    },
  }
}

/** Runs `work` for each item, `atOnce` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, i: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) await work(items[i]!, i)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
