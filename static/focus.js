// The focus view of the audit tool: one standard on a screen, and keys that go on by themselves.
//
// It shows and hides the sections of the page that was served, and clicks what stands there: forms, names and saving are the tool's own.
import { dialog, button, made } from './elements.js'

const NARROW = matchMedia('(max-width: 48.0525em)')

export class Focus {
  constructor (root, form) {
    this.root = root
    this.form = form
    this.parts = form ? [...form.querySelectorAll('section.app-standard')] : []
    this.way = root.querySelector('.app-way')
    this.state = root.querySelector('[data-save-state]')
    this.progress = root.querySelector('[data-progress]')
    this.hints = new Map()
    this.at = 0
  }

  // Whether one standard is shown at a time.
  get isOn () {
    return this.parts.length > 0 && this.root.classList.contains('app-focus')
  }

  get goesOn () {
    return this.root.dataset.goOn === 'yes'
  }

  start () {
    if (!this.parts.length) return
    this.bar = this.foot()
    this.parts.at(-1).after(this.bar)
    this.form.addEventListener('input', event => this.changed(event.target))
    this.form.addEventListener('focusin', event => this.seen(event.target))
    this.form.querySelectorAll('.app-cards').forEach(cards => cards.after(this.opener(cards)))
    const elsewhere = new Set(this.way.dataset.done.split(' '))
    this.way.querySelectorAll('a').forEach(link => link.classList.toggle('done', elsewhere.has(link.hash.slice(1))))
    this.way.addEventListener('click', event => this.jump(event))
    this.root.querySelector('.app-view').addEventListener('submit', event => this.change(event))
    window.addEventListener('hashchange', () => this.arrive())
    this.put()
    const wrong = this.form.querySelector('.govuk-error-message, [data-remark]')
    if (this.isOn && !this.arrive()) this.show(Math.max(0, this.parts.findIndex(part => wrong ? part.contains(wrong) : !done(part))))
    this.root.classList.add('is-ready')
  }

  // What the address points to is shown.
  arrive () {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!target || !this.form.contains(target)) return false
    this.reveal(target)
    if (target.matches('input, textarea')) target.focus()
    return true
  }

  reveal (element) {
    const at = this.parts.findIndex(part => part.contains(element))
    if (this.isOn && at >= 0) this.show(at)
  }

  // `focus`: to the level of the standard; what names the case and the way to raise a concern stay in sight.
  show (at, focus = false) {
    this.at = at
    this.parts.forEach((part, place) => part.classList.toggle('is-here', place === at))
    this.links().forEach((link, place) => place === at ? link.setAttribute('aria-current', 'step') : link.removeAttribute('aria-current'))
    this.previous.hidden = at === 0
    this.next.firstChild.data = at === this.parts.length - 1 ? 'Save and continue' : 'Next standard'
    this.mark()
    if (!focus) return
    first(this.parts[at]).focus({ preventScroll: true })
    const top = NARROW.matches ? this.way : document.querySelector('.govuk-back-link')
    top.scrollIntoView({ block: 'start' })
  }

  step (by) {
    this.add(this.parts[this.at])
    const to = this.at + by
    if (to < 0) return
    if (to < this.parts.length) return this.show(to, true)
    this.form.requestSubmit(this.form.querySelector('button[type="submit"]'))
  }

  links () {
    return this.parts.map(part => this.way.querySelector(`a[href="#${CSS.escape(part.id)}"]`))
  }

  jump (event) {
    const at = this.links().indexOf(event.target)
    if (at < 0) return
    event.preventDefault()
    this.add(this.parts[this.at])
    this.show(at, true)
  }

  // The bar: on, back, what is saved, what the rules indicate.
  foot () {
    this.next = button('Next standard', () => this.step(1))
    this.next.append(made('kbd', { 'aria-hidden': 'true' }, 'Enter'))
    this.previous = made('button', { type: 'button', class: 'app-link-button' }, 'Previous')
    this.previous.addEventListener('click', () => this.step(-1))
    const keys = made('button', { type: 'button', class: 'app-link-button app-wide-only' }, 'Keys')
    keys.addEventListener('click', () => this.keys())
    const concern = this.root.querySelector('.app-concern').cloneNode()
    concern.classList.add('app-narrow-only')
    concern.append('Raise a concern')
    this.indicates = made('p', { class: 'app-quiet app-wide-only' })
    this.said = made('div', { class: 'app-said' }, this.indicates, concern)
    return made('div', { class: 'app-foot' }, this.next, this.previous, keys, this.said)
  }

  // Everything where the view has it: the same line says what is saved, and the hint of a degree is its meaning.
  put () {
    if (this.isOn) this.said.prepend(this.state)
    else this.progress.before(this.state)
    const reference = this.form.querySelector('.app-reference')
    if (reference) reference.open = !this.isOn
    this.parts.forEach(part => this.mean(part))
    if (this.isOn) this.show(this.at)
    else this.parts.forEach(part => part.classList.remove('is-here'))
  }

  change (event) {
    event.preventDefault()
    const choice = event.submitter
    const view = choice.value
    this.root.classList.toggle('app-focus', view === 'one')
    choice.value = view === 'one' ? 'whole' : 'one'
    choice.textContent = view === 'one' ? 'Whole page' : 'One standard at a time'
    this.put()
    if (view === 'whole') this.parts[this.at].scrollIntoView()
    keep('tool_view', view)
  }

  changed (control) {
    const part = control.closest('.app-standard')
    if (!part) return
    this.mean(part, control.closest('.app-degrees') && control)
    part.querySelector('.app-cards').classList.remove('is-open')
    this.mark()
  }

  seen (control) {
    if (control.closest('.app-degrees')) this.mean(control.closest('.app-standard'), control)
  }

  // What a degree means, of the one that has the focus or is chosen.
  mean (part, control) {
    const hint = part.querySelector('.app-meaning')
    if (!hint) return
    if (!this.hints.has(hint)) this.hints.set(hint, hint.textContent)
    const degree = (control || part.querySelector('.app-degrees :checked'))?.value
    const meaning = this.isOn && degree && this.root.querySelector(`[data-degree="${CSS.escape(degree)}"] span`)
    hint.textContent = meaning ? meaning.textContent : this.hints.get(hint)
  }

  // Done, here, to come; and what the rules indicate so far.
  mark () {
    if (!this.parts.length) return
    this.links().forEach((link, at) => link.classList.toggle('done', done(this.parts[at])))
    this.way.querySelectorAll('a').forEach(link => {
      const words = link.classList.contains('done') ? ': done' : link.hasAttribute('aria-current') ? '' : ': to come'
      link.setAttribute('aria-label', link.title + words)
    })
    this.indicates.textContent = this.progress.querySelector('[data-indicates]').textContent
  }

  // On a telephone the levels that were not chosen keep their names; this opens them to be read.
  opener (cards) {
    const open = made('button', { type: 'button', class: 'app-link-button app-open' }, 'Read the other levels')
    open.addEventListener('click', () => cards.classList.add('is-open'))
    return open
  }

  // What was picked or typed of a document and not added yet is part of the evidence.
  add (part) {
    const place = part.querySelector('[data-place]')
    if (place?.value.trim() || part.querySelector('[data-pick][aria-pressed="true"]')) part.querySelector('[data-add]').click()
  }

  // Single keys act while a choice of the standard has the focus, and never in a text (WCAG 2.1.4). Arrows and clicks never go on.
  pressed (event) {
    const here = event.target
    const part = here.closest('.app-standard')
    const act = part && (here.matches('textarea, input[type="text"]') ? this.typing(event, here, part) : this.choosing(event, here, part))
    if (!act) return
    event.preventDefault()
    act()
  }

  typing (event, here, part) {
    if (event.key !== 'Enter') return
    if (event.ctrlKey || event.metaKey) return () => this.step(1)
    if (!here.matches('[data-place]')) return
    if (!event.shiftKey) return () => this.step(1)
    return () => { this.add(part); here.focus() }
  }

  choosing (event, here, part) {
    if (event.key === 'Enter' && (event.ctrlKey || here.matches('input[type="radio"]'))) return () => this.step(1)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const above = part.querySelector('[data-above]')
    const keys = {
      ']': () => this.step(1),
      '[': () => this.step(-1),
      d: () => part.querySelector('[data-another]').click(),
      e: () => part.querySelector('[data-evidence-text]').focus(),
      '?': () => this.keys()
    }
    if (above) keys.s = () => { above.click(); if (this.goesOn && part.querySelector('[data-evidence-text]').value.trim()) this.next.focus() }
    return keys[event.key] || this.digit(event.key, here, part)
  }

  digit (key, here, part) {
    if (!/^[1-9]$/.test(key)) return
    const document = here.closest('[data-evidence]')?.querySelector(`[data-digit="${key}"]`)
    if (document) return () => { document.click(); part.querySelector('[data-place]').focus() }
    const group = here.closest('.app-cards, .app-degrees')
    const chosen = group?.querySelectorAll('input')[key - 1]
    if (!chosen) return
    return () => {
      chosen.focus()
      chosen.click()
      if (this.goesOn) this.after(part, group, chosen).focus()
    }
  }

  // Where a digit goes on to: from the best level to the evidence, from another to its degree, from none to its reason.
  after (part, group, chosen) {
    const text = part.querySelector('[data-evidence-text]')
    if (chosen.value === 'set_aside') return text
    const degrees = part.querySelector('.app-degrees')
    if (group !== degrees && chosen !== group.querySelector('input')) return degrees.querySelector(':checked') || degrees.querySelector('input')
    return part.querySelector('[data-pick]') || text
  }

  keys () {
    const list = made('dl', { class: 'app-keys' }, ...KEYS.flatMap(([key, does]) => [made('dt', {}, made('kbd', {}, key)), made('dd', {}, does)]))
    const note = made('p', { class: 'govuk-body-s' }, 'They work while a choice of the standard has the focus, and never in a text. Arrows choose and stay.')
    const words = () => this.goesOn ? 'Let digits choose only' : 'Let digits choose and go on'
    const choose = button(words(), () => {
      this.root.dataset.goOn = this.goesOn ? 'no' : 'yes'
      choose.textContent = words()
      keep('go_on', this.root.dataset.goOn)
    }, 'govuk-button--secondary')
    const box = dialog('Keys', [list, note], [button('Close', () => box.close()), choose])
  }
}

const KEYS = [
  ['1 2 3 4', 'the level, counted from the best; then the improvement needed; then the document'],
  ['Enter', 'from the paragraph or date: add it and go on. From a choice: go on'],
  ['Shift + Enter', 'from the paragraph or date: add it and stay'],
  ['s', 'the same evidence as above'],
  ['d', 'another document of this file. There, Enter lists it, Shift + Enter lists it and asks for the next'],
  ['e', 'the text of the evidence'],
  ['Ctrl + Enter', 'from a text: go on'],
  ['[ ]', 'back and on'],
  ['?', 'this list']
]

function first (part) {
  return part.querySelector('.app-cards :checked') || part.querySelector('.app-cards input')
}

function done (part) {
  const level = part.querySelector('.app-cards :checked')?.value
  return !!level && (level === 'set_aside' || !!part.querySelector('.app-degrees :checked')) && !!part.querySelector('[data-evidence-text]').value.trim()
}

// A choice of one's own is kept for the person; should that fail, it holds on this page.
function keep (key, value) {
  fetch('/account/tool', { method: 'POST', body: new URLSearchParams({ key, value }), redirect: 'manual', keepalive: true }).catch(() => {})
}
