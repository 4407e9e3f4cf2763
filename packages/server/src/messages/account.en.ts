import type { AccountTexts } from './accountTexts.ts';

export const accountTextsEn: AccountTexts = {
  password: {
    states: {
      'must-change': {
        title: 'Choose a new password',
        text: 'Your present password was given to you by the university, or reset at the help desk. Choose one that only you know.',
      },
      expired: {
        title: 'Your password has expired',
        text: 'The time for which it could be used is over. Before you can go on, it has to be changed.',
      },
      expires: {
        title: 'Your password will expire soon',
        text: 'Your present password can be used until {date}.',
      },
    },
    goOn: 'Change it here, and you will go straight on.',
    current: 'Present password',
    currentHint: 'The one that you signed in with just now.',
    next: 'New password',
    rules: 'Rules of the university: {rules}',
    nextHint: 'Make it long, hard to guess, and different from your passwords elsewhere.',
    again: 'New password once more',
    submit: 'Change it and continue',
    show: 'Show passwords',
    differs: 'This is not the same as the new password above.',
    sessions: 'On your other devices you will have to sign in again.',
    elsewhere: 'Passwords are changed on another page of the university. Come back to this page when you are done.',
    elsewhereLink: 'Open the page for changing passwords',
    desk: 'Passwords are changed at the help desk. Please take an identity card there.',
    changed: 'I have changed it: continue',
    changedHint: 'You sign in with the new password.',
    later: 'Later, go on',
    laterHint: 'You will be reminded at your next sign-in.',
    atOnce: {
      elsewhere: 'Passwords are changed on another page of the university.',
      here: 'You cannot change it on this page: the help desk gives you a new one.',
      desk: 'Passwords are changed at the help desk. Please take an identity card there.',
    },
  },
  noAccess: {
    title: 'You cannot use this service',
    text: 'Signing in worked, but by the rules of the university “{service}” is not open to this account.',
    account: 'You signed in as {username}.',
    contact:
      'If it should be open to you, please turn to the contact named here, and give the reference below. Contact: {name}',
    referenceHint: 'Give this when you ask about it. Contact: {name}',
    desk: 'If it should be open to you, ask the help desk, and tell the reference below.',
    back: 'Back to the service',
    backHint: 'The service learns that it is not open to you. Nothing else about you is sent.',
    otherAccount: 'If you have another account, sign out first, and open the service again.',
  },
  closed: { otherAccount: 'Sign in with another account' },
  someDay: 'a later day, which the help desk can tell you',
};
