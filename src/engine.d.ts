// The few names from outside the language that the engine may use; the browser and Node have them alike.

declare module '*?raw' {
  const text: string;
  export default text;
}
