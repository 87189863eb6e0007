// The audit tool's script: saves answers as they are typed, keeps them in this browser until they are saved,
// shows what another window saved, and lets a hand stay on the keyboard. The pages work without it.
//
// `marks` has of each field what the server last told this window of it: a save says over which answer it was typed, and only an answer
// that this window has not been told of is somebody else's. `own` has what this window sent without hearing what became of it.
// One request is under way at a time, so a window never meets a save of its own that it does not know of.
import { bodyOf, put } from './answers.js'
import { made } from './elements.js'
import { Focus } from './focus.js'
import { arrival, goesOn, nextQuestion, stays } from './onward.js'
import { keep, kept } from './store.js'

const IDLE = 800 // milliseconds without a key before a text is saved
const LATEST = 1500 // and at the latest, while somebody goes on typing
const MOST_UNANSWERED = 10
const KEEPALIVE_LIMIT = 60000 // browsers refuse more on a page that closes

class Tool {
  constructor (root) {
    this.root = root
    this.form = root.querySelector('form[data-answers]')
    this.served = this.form?.elements.served
    this.base = root.dataset.base
    this.page = root.dataset.page || ''
    this.prefix = `answers:${this.base} `
    this.name = this.prefix + Math.random().toString(36).slice(2)
    this.state = root.querySelector('[data-save-state]')
    this.marks = Object.fromEntries((this.served?.value || '').split(' ').filter(Boolean).map(word => word.split(/\.(?=[^.]*$)/)))
    this.unsaved = new Map() // field: { own, now }
    this.held = new Map() // fields that wait for the person, a clash or something that cannot be kept: { what, link }
    this.busy = null
    this.pause = 0
    this.offline = false
    this.leaving = false
    this.view = new Focus(root, this.form)
  }

  async start () {
    this.view.start()
    const target = arrival(this.root, this.form)
    this.view.reveal(target)
    target?.focus()
    this.root.querySelector('[data-go-on-to]')?.addEventListener('click', goesOn)
    if (this.form) {
      this.form.addEventListener('input', event => this.typed(event.target))
      this.form.addEventListener('submit', event => this.submit(event))
      this.form.addEventListener('keydown', event => this.pressed(event))
    }
    this.root.querySelector('form[data-submits]')?.addEventListener('submit', event => this.finish(event))
    window.addEventListener('online', () => this.send())
    window.addEventListener('pagehide', () => this.close())
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.send() })
    document.addEventListener('leaving', ({ detail }) => detail.push(this.send()))
    // Held while this window lives: what it has not saved yet is its own affair until then.
    navigator.locks?.request(this.name, () => new Promise(() => {}))
    for (const [name] of await kept(this.prefix)) {
      if (name !== this.name) whenClosed(name, () => this.adopt(name))
    }
  }

  // A field is what the server keeps as one answer; a group of boxes can be one field or several.
  read (control) {
    if (control.name === 'themes') return ['theme-' + control.value, control.checked ? control.value : '']
    if (control.type === 'checkbox') {
      const ticked = [...this.form.querySelectorAll(`[name="${CSS.escape(control.name)}"]:checked`)]
      return [control.name, ticked.map(box => box.value).join('\n')]
    }
    return [control.name, control.value]
  }

  controls (field) {
    if (!this.form) return []
    if (field.startsWith('theme-')) return [...this.form.querySelectorAll(`[name="themes"][value="${CSS.escape(field.slice(6))}"]`)]
    return [...this.form.querySelectorAll(`[name="${CSS.escape(field)}"]`)]
  }

  write (field, text) {
    for (const control of this.controls(field)) {
      if (control.type === 'radio' || control.type === 'checkbox') control.checked = text.split('\n').includes(control.value)
      else control.value = text
      control.dispatchEvent(new Event('written', { bubbles: true }))
    }
  }

  typed (control) {
    if (!control.name || (control.type === 'hidden' && !control.matches('[data-reused]'))) return
    const [field, now] = this.read(control)
    this.change(field, now)
    if (control.type === 'radio' || control.type === 'checkbox') this.send()
    else this.soon()
  }

  change (field, now) {
    this.unsaved.set(field, { own: this.unsaved.get(field)?.own ?? [], now })
    this.held.delete(field)
    this.keep()
  }

  // What is not saved stays in this browser, also when the page is closed or the session has ended.
  keep () {
    const changes = [...this.unsaved].map(([field, change]) => [field, this.over(field, change)])
    return keep(this.name, changes.length ? this.draft(changes) : null)
  }

  draft (changes) {
    const title = this.root.querySelector('h1')?.textContent.trim() || ''
    return { base: this.base, page: this.page, title, address: location.pathname, changes }
  }

  over (field, { own, now }) {
    return { was: this.marks[field] || '', own, now }
  }

  // Take over what a window that is closed now could not save. Saving the same text twice changes nothing.
  async adopt (name) {
    const [, draft] = (await kept(name))[0] || []
    if (!draft) return
    const left = draft.changes.filter(([field]) => this.unsaved.has(field)) // typed here too meanwhile: later
    for (const [field, { was, own, now }] of draft.changes) {
      if (this.unsaved.has(field)) continue
      this.marks[field] = was
      this.unsaved.set(field, { own, now })
      this.write(field, now)
    }
    await this.keep()
    await keep(name, left.length ? { ...draft, changes: left } : null)
    await this.send()
    if (!this.form && !this.unsaved.size) location.reload()
  }

  soon () {
    clearTimeout(this.timer)
    this.first ??= Date.now()
    this.timer = setTimeout(() => this.send(), Math.max(0, Math.min(IDLE, this.first + LATEST - Date.now())))
  }

  pending () {
    return [...this.unsaved].filter(([field]) => !this.held.has(field))
  }

  // One request at a time, so that what was typed later is saved later.
  async send () {
    clearTimeout(this.timer)
    while (this.busy) await this.busy
    const pending = this.pending()
    this.first = undefined
    if (!pending.length) return
    this.busy = this.exchange(pending).finally(() => { this.busy = null })
    await this.busy
    if (this.pending().some(([field, change]) => pending.every(([sent, old]) => sent !== field || old.now !== change.now))) this.soon()
  }

  async exchange (pending) {
    const changes = pending.map(([field, change]) => [field, this.over(field, change)])
    // Until an answer comes, nobody knows whether this was saved: the next save says that it may have been.
    for (const [field, change] of pending) this.unsaved.set(field, { ...change, own: sentTexts(change) })
    await this.keep()
    let response, answer
    try {
      response = await put(this.base, this.page, changes, document.hidden && bodyOf(this.page, changes).length < KEEPALIVE_LIMIT)
      answer = await response.json()
      this.offline = false
    } catch {
      this.offline = true
      return this.later('Not saved yet: there is no connection. What you typed is kept in this browser, and is saved when the connection is back.')
    }
    if (!answer.marks) return this.refused(response.status, answer)
    this.pause = 0
    this.settle(pending, answer)
  }

  settle (pending, answer) {
    for (const [field, sent] of pending) {
      const now = this.unsaved.get(field)
      if (field in answer.held) {
        if (now.now === sent.now) this.held.set(field, answer.held[field])
        continue
      }
      this.marks[field] = answer.marks[field] || ''
      if (now.now === sent.now) this.unsaved.delete(field)
      else this.unsaved.set(field, { own: [], now: now.now })
    }
    // A judgement may bring a degree with it. What was typed there meanwhile was typed over that.
    for (const [field, text] of Object.entries(answer.values)) {
      this.marks[field] = answer.marks[field] || ''
      if (!this.unsaved.has(field)) this.write(field, text)
    }
    this.keep()
    if (this.served) this.served.value = Object.entries(this.marks).filter(([, mark]) => mark).map(pair => pair.join('.')).join(' ')
    this.show(answer)
  }

  show (answer) {
    this.tell(answer.saved)
    this.settled(answer)
    this.view.mark()
  }

  settled (answer) {
    const progress = answer.progress && this.root.querySelector('[data-progress]')
    const open = progress ? [...progress.querySelectorAll('details')].map(part => part.open) : []
    if (progress) {
      progress.innerHTML = answer.progress
      progress.querySelectorAll('details').forEach((part, place) => { part.open = open[place] || false })
    }
    this.form?.querySelectorAll('[data-remark], [data-message]').forEach(old => {
      if (old.dataset.remark in answer.remarks) return
      if (!this.held.has(old.dataset.message)) old.remove()
    })
    for (const [field, sentence] of Object.entries(answer.remarks)) this.remark(field, sentence)
    for (const [field, sentence] of Object.entries(answer.refused)) if (this.held.has(field)) this.message(field, sentence)
    for (const [field, clash] of Object.entries(answer.clashes)) if (this.held.has(field)) this.clash(field, clash)
  }

  // Which answers wait for the person, each with the way to it.
  tell (saved) {
    const links = [...this.held.values()].map(({ what, link }) => made('a', { class: 'govuk-link', href: link }, what))
    const [first, ...others] = links.flatMap(link => [', ', link]).slice(1)
    if (!links.length) return this.say(`Saved at ${saved}`)
    this.say(`${links.length === 1 ? 'One answer is' : links.length + ' answers are'} not saved: `, first, ...others)
  }

  group (field) {
    return this.controls(field)[0]?.closest('.govuk-form-group')
  }

  remark (field, sentence) {
    const group = this.group(field)
    if (!group || this.form.querySelector(`[data-remark="${CSS.escape(field)}"]`)) return
    group.after(made('div', { class: 'govuk-inset-text', 'data-remark': field, role: 'status' }, sentence))
  }

  message (field, sentence, ...more) {
    const group = this.group(field)
    if (!group) return
    group.querySelector('[data-message]')?.remove()
    group.prepend(made('div', { 'data-message': field, role: 'alert' }, made('p', { class: 'govuk-error-message' }, made('span', { class: 'govuk-visually-hidden' }, 'Error: '), sentence), ...more))
  }

  clash (field, clash) {
    const mine = made('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, 'Keep what is here')
    const theirs = made('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, 'Take the other')
    const saved = made('div', { class: 'govuk-inset-text' }, made('p', { class: 'govuk-body govuk-!-margin-bottom-1' }, 'Saved in the other window:'), made('p', { class: 'govuk-body app-as-typed app-breakable' }, clash.saved || '(nothing)'))
    this.message(field, clash.sentence, saved, made('div', { class: 'govuk-button-group' }, mine, theirs))
    const choose = text => {
      this.group(field)?.querySelector('[data-message]')?.remove()
      this.write(field, text)
      this.marks[field] = clash.mark
      this.unsaved.delete(field)
      this.change(field, text)
      this.controls(field)[0]?.focus()
      this.view.mark()
      this.send()
    }
    mine.addEventListener('click', () => choose(this.unsaved.get(field).now))
    theirs.addEventListener('click', () => choose(clash.value))
  }

  refused (status, problem) {
    if (status >= 500 || status === 429) return this.later(`Not saved yet. ${problem.detail || 'The service is busy.'} What you typed is kept in this browser, and is sent again by itself.`)
    const here = encodeURIComponent(location.pathname)
    const more = status === 401 ? made('a', { class: 'govuk-link', href: `/sign-in?next=${here}` }, 'Sign in again') : ''
    this.say(`Not saved. ${status === 401 ? 'You have been signed out. What you typed is kept in this browser. ' : problem.detail + ' What you typed is kept in this browser.'}`, more)
  }

  later (sentence) {
    this.say(sentence)
    this.pause = Math.min(30000, (this.pause || 1000) * 2)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), this.pause)
  }

  // What is not saved is said in a way that is not overlooked.
  say (sentence, ...more) {
    if (!this.state || (this.state.textContent === sentence && !more.length)) return
    this.state.replaceChildren(sentence, ...more)
    this.state.classList.toggle('app-save-state--not', !sentence.startsWith('Saved'))
  }

  // The last moment of a page: nothing is waited for, and what does not get through is in this browser.
  close () {
    const changes = this.pending().map(([field, change]) => [field, this.over(field, change)])
    if (!changes.length || this.leaving || bodyOf(this.page, changes).length > KEEPALIVE_LIMIT) return
    put(this.base, this.page, changes, true).catch(() => {})
  }

  // A form that is sent while a save is under way would clash with it. With an open choice, or without a connection, the page stays.
  async submit (event) {
    const open = () => [...this.held.keys()].find(field => this.group(field))
    goesOn(event)
    if (this.leaving || (!this.busy && !this.pending().length && !open())) return
    event.preventDefault()
    await this.send()
    if (open()) return this.stay(this.group(open()).querySelector('[data-message] button, input, textarea'))
    if (this.pending().length && this.offline) return
    this.leave(this.form, event.submitter)
  }

  stay (target) {
    stays()
    this.view.reveal(target)
    target?.focus()
  }

  // Later, as a browser ignores a form that is sent while it still tells of its first submission.
  leave (form, submitter) {
    this.leaving = true
    setTimeout(() => form.requestSubmit(submitter))
  }

  // Nothing is submitted while an answer waits in this browser, here or in another window.
  async finish (event) {
    if (this.leaving) return
    event.preventDefault()
    await this.send()
    const others = (await kept(this.prefix)).filter(([name]) => name !== this.name)
    if (this.unsaved.size || others.length) return this.warn(others.map(([, draft]) => draft))
    this.leave(event.target, event.submitter)
  }

  warn (others) {
    const here = [...this.unsaved.keys()].map(field => this.held.get(field) || { what: 'An answer that could not be sent. Try again when there is a connection', link: this.base })
    const there = others.map(draft => ({ what: `An answer on ‘${draft.title}’ in another window`, link: `${this.base}/${draft.page}` }))
    const items = [...here, ...there].map(({ what, link }) => made('li', {}, made('a', { href: link }, what)))
    const summary = made('div', { class: 'govuk-error-summary', role: 'alert', tabindex: '-1', 'data-unsaved': '' },
      made('h2', { class: 'govuk-error-summary__title' }, 'Not submitted: something is not saved yet'),
      made('ul', { class: 'govuk-list govuk-error-summary__list' }, ...items))
    this.root.querySelector('[data-unsaved]')?.remove()
    this.root.querySelector('h1').parentElement.prepend(summary)
    summary.focus()
  }

  // Single keys act on a standard that has the focus, and never in a text (WCAG 2.1.4).
  pressed (event) {
    if (this.view.isOn) return this.view.pressed(event)
    const here = event.target
    const inText = here.matches('textarea, input[type="text"]')
    if (event.key === 'Enter' && event.ctrlKey) return inText || here.closest('section') ? this.move(event, here, 1) : this.focus(event, nextQuestion(this.form, here))
    if (inText || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'n') return this.move(event, here, 1)
    if (event.key === 'p') return this.move(event, here, -1)
    if (event.key === 'e') return this.focus(event, (here.closest('section.app-standard') || here.closest('.govuk-form-group'))?.querySelector('textarea'))
    if (event.key === '?') return this.focus(event, this.open(this.root.querySelector('[data-keys]')))
    const choices = [...(here.closest('fieldset')?.querySelectorAll('input[type="radio"], input[type="checkbox"]') || [])]
    const chosen = choices[Number(event.key) - 1]
    if (!chosen || !/^[1-9]$/.test(event.key)) return
    event.preventDefault()
    chosen.focus()
    chosen.click()
    if (chosen.type === 'radio' && this.view.goesOn && !here.closest('section')) nextQuestion(this.form, here).focus()
  }

  move (event, here, step) {
    const parts = [...this.form.querySelectorAll('section.app-standard')]
    const groups = parts.length ? parts : [...this.form.querySelectorAll(':scope > .govuk-form-group')]
    const at = groups.findIndex(part => part.contains(here))
    const next = groups[at + step]
    const target = next?.querySelector('input:checked') || next?.querySelector('input, textarea') || (step > 0 ? this.form.querySelector('.govuk-button-group button') : null)
    this.focus(event, target)
  }

  open (part) {
    if (part) part.open = true
    return part?.querySelector('summary')
  }

  focus (event, target) {
    if (!target) return
    event.preventDefault()
    target.focus()
  }
}

// The texts that may have reached the server without an answer; of many the last, or a day without a connection would fill the store.
function sentTexts (change) {
  return [...new Set([...change.own, change.now])].slice(-MOST_UNANSWERED)
}

// A window holds a lock under the name of what it keeps, which the browser gives on when the window is gone.
function whenClosed (name, act) {
  if (navigator.locks) navigator.locks.request(name, act)
  else act()
}

const root = document.querySelector('[data-base]')
if (root) new Tool(root).start()
