// Conveniences only: everything works without this file.
(() => {
  const toggle = document.getElementById('show-password');
  const form = toggle?.closest('form');
  if (!form) return;
  const passwords = [...form.querySelectorAll('input[type="password"]')];
  const show = (isShown) => {
    for (const password of passwords) password.type = isShown ? 'text' : 'password';
  };

  toggle.closest('label').hidden = false;
  toggle.addEventListener('change', () => show(toggle.checked));

  // A new password that was typed in two ways is noticed before the fields are sent, and lost.
  const again = form.querySelector('[data-differs]');
  const next = document.getElementById('newPassword');
  const compare = () => {
    const differs = again.value !== '' && again.value !== next.value;
    again.setCustomValidity(differs ? again.dataset.differs : '');
  };
  if (again && next) for (const field of [again, next]) field.addEventListener('input', compare);

  // The name survives a change of the language; the password is not sent along.
  const language = document.getElementById('language');
  const username = document.getElementById('username');
  if (username) {
    language?.addEventListener('submit', () => {
      language.elements.namedItem('typed').value = username.value;
    });
  }

  let submitted = false;
  form.addEventListener('submit', (event) => {
    if (submitted) event.preventDefault();
    submitted = true;
    show(false);
  });
  // A page that the browser kept and shows again may be submitted again.
  window.addEventListener('pageshow', () => {
    submitted = false;
  });
})();
