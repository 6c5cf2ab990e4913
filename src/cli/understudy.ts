// The entry of the command line: finds the command and runs it.

const [command] = process.argv.slice(2);
process.stderr.write(
  command === undefined ? 'usage: understudy COMMAND …\n' : `understudy: there is no command "${command}".\n`,
);
process.exitCode = 2;
