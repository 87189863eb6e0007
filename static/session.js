// Says some minutes before that the session ends, and lets it go on with one press; signs out without leaving anything typed behind.
import { put } from './answers.js'
import { button, dialog, made, paragraph, timeOfDay } from './elements.js'
import { forget, keep, kept, page, person } from './store.js'

const WARNED = 5 * 60 * 1000 // before the end
const EVERY = 10 * 1000

class Session {
  constructor () {
    this.endsAt = Date.now() + Number(page.endsIn || 0) * 1000
    this.box = null
    this.told = '' // what the person has been told, so that it is told once
    this.others = new BroadcastChannel('session')
    this.others.addEventListener('message', ({ data }) => data === person && this.over('You have signed out in another window.'))
    // A timer of an hour stops when the computer sleeps.
    this.timer = setInterval(() => this.look(), EVERY)
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.look() })
    document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', event => this.signOut(event))
    this.look()
  }

  // Other windows and saves may have made it last longer: only the server knows.
  async look () {
    if (this.asking || this.told === 'over' || Date.now() < this.endsAt - WARNED) return
    this.asking = true
    const found = await ask('GET').finally(() => { this.asking = false })
    if (!found) return // No connection: nothing can be said, and nothing is lost.
    this.endsAt = Date.now() + found.ends_in * 1000
    if (found.person !== person) this.over('Your session has ended, after an hour without a page opened or a text saved.')
    else if (this.endsAt - Date.now() < WARNED) this.warn(found.can_go_on)
    else this.close('')
  }

  warn (canGoOn) {
    if (this.told) return
    const at = timeOfDay(this.endsAt)
    const until = canGoOn
      ? `You have opened no page and saved no text for a while. You will be signed out at ${at}.`
      : `You signed in ten hours ago. You will be signed out at ${at}, and can sign in again at once.`
    const kept = 'What you type is kept for you in this browser until you come back.'
    const stay = button('Stay signed in', () => this.goOn())
    const read = button('Go back to the page', () => this.box.close())
    this.show('warned', 'You will be signed out soon', [paragraph(until), paragraph(kept)], [canGoOn ? stay : read])
  }

  async goOn () {
    const found = await ask('PUT')
    if (!found) return this.box.querySelector('#dialog-words').append(paragraph('There is no connection. Try again.'))
    this.endsAt = Date.now() + found.ends_in * 1000
    if (found.person === person) this.close('')
    else this.over('Your session has ended.')
  }

  over (why) {
    clearInterval(this.timer)
    this.close('')
    // A page that answers a form has an address to which only forms are sent.
    const here = 'answer' in page && document.referrer ? new URL(document.referrer) : location
    const again = made('a', { class: 'govuk-button', role: 'button', href: `/sign-in?next=${encodeURIComponent(here.pathname + here.search)}` }, 'Sign in again')
    const kept = why.startsWith('You have signed out') ? '' : 'What you typed on this page is kept for you. Sign in again and it is back.'
    this.show('over', 'You have been signed out', [paragraph(why, ' ', kept)], [again])
  }

  show (told, ...parts) {
    this.told = told
    this.box = dialog(...parts)
  }

  close (told) {
    this.told = told
    this.box?.close()
  }

  // First what is unsaved in the tool is sent; what cannot be sent is deleted only when the person says so.
  async signOut (event) {
    event.preventDefault()
    const form = event.target
    const saves = []
    document.dispatchEvent(new CustomEvent('leaving', { detail: saves })) // The tool saves what is on this page.
    await Promise.all(saves)
    for (const [name, draft] of await kept('answers:')) {
      const answer = await put(draft.base, draft.page, draft.changes).catch(() => null)
      if (answer?.ok) await keep(name, null)
    }
    const left = await kept()
    if (left.length && !await this.agreed(left)) return
    await forget()
    this.others.postMessage(person)
    form.submit()
  }

  agreed (left) {
    const what = left.map(([, one]) => made('li', {}, made('a', { class: 'govuk-link', href: one.address }, one.title)))
    const words = [
      paragraph(`${left.length === 1 ? 'One thing that you typed has' : `${left.length} things that you typed have`} not been sent or saved. Signing out deletes ${left.length === 1 ? 'it' : 'them'} from this computer.`),
      made('ul', { class: 'govuk-list govuk-list--bullet' }, ...what)
    ]
    return new Promise(resolve => {
      const out = button('Delete and sign out', () => resolve(true), 'govuk-button--warning')
      const stay = button('Stay signed in', () => box.close(), 'govuk-button--secondary')
      const box = dialog('You have not sent everything', words, [stay, out])
      box.addEventListener('close', () => resolve(false))
    })
  }
}

// How long the session lasts, or with PUT make it last longer; nothing where there is no connection.
async function ask (method) {
  try {
    const body = method === 'PUT' ? '{}' : undefined
    const answer = await fetch('/session', { method, body, headers: { 'Content-Type': 'application/json' } })
    return answer.ok || answer.status === 401 ? { person: '', ends_in: 0, ...(answer.ok ? await answer.json() : {}) } : null
  } catch {
    return null
  }
}

if (person) new Session()
