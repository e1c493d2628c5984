/**
 * The words that attackers try first, folded as in passwords.ts: lower case, digits and signs read as
 * letters.
 */
export const commonWords = new Set(
  `abcdefg abcdefgh access account acme admin administrator adobe alexander amanda andrea andrew angel apple arsenal
  asdf asdfg asdfgh asdfghjkl ashley asshole austin autumn azerty baseball basketball batman beautiful biteme blink
  bond brandon buster butterfly changeit changeme charlie cheese chelsea chocolate company computer cookie corvette
  customer daniel default demo diamond dolphin donald dragon email eminem enter family fanny ferrari flower football
  freedom friends fuck fuckyou gfhjkm gmail google guest hannah harley hello helpdesk hockey hottie hunter iloveu
  iloveyou inbox inbound jasmine jennifer jessica jesus jordan joshua justin killer king lemein letmein liverpool login
  lovely loveme lover mail manager master matrix matthew merlin michael michelle monkey monster mother mustang mynoob
  naruto newpassword nicole ninja nothing office orange pass passport passw passwd password passwort pepper phoenix
  pokemon postroom princess private purple qazwsx qwer qwert qwerty qwertyu qwertyuiop qwertz qwertzuiop rainbow ranger
  robert root samsung secret secure security service shadow silver slipknot snoopy soccer solo spring starwars summer
  sunshine superman support sweet taylor temp temporary test testing thomas thunder tigger trustno trustnoone user
  victoria welcome whatever william winter yankees zaq zxcv zxcvb zxcvbn zxcvbnm`.split(/\s+/),
);

/** Rows of the keyboard and the alphabet: typing along them looks long, but is easy to guess. */
export const keyboardSequences = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
